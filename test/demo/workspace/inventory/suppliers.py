"""Who delivers what, and how fast."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Supplier:
    name: str
    skus: tuple[str, ...]
    lead_days: int
    minimum_order: int  # in cents


def find_supplier(suppliers: list[Supplier], sku: str) -> Supplier | None:
    for supplier in suppliers:
        if sku in supplier.skus:
            return supplier
    return None


def suppliers_within(suppliers: list[Supplier], days: int) -> list[Supplier]:
    return [supplier for supplier in suppliers if supplier.lead_days <= days]


def fastest_supplier(suppliers: list[Supplier]) -> Supplier | None:
    fastest = None
    for supplier in suppliers:
        if fastest is None or supplier.lead_days < fastest.lead_days:
            fastest = supplier
    return fastest
