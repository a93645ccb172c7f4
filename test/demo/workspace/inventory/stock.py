"""What is on the shelves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    sku: str
    name: str
    warehouse: str
    quantity: int
    minimum: int
    price: int  # in cents


def find_item(items: list[Item], sku: str) -> Item | None:
    for item in items:
        if item.sku == sku:
            return item
    return None


def items_in(items: list[Item], warehouse: str) -> list[Item]:
    return [item for item in items if item.warehouse == warehouse]


def items_below_minimum(items: list[Item]) -> list[Item]:
    return [item for item in items if item.quantity < item.minimum]


def count_units(items: list[Item]) -> int:
    total = 0
    for item in items:
        total += item.quantity
    return total


def value_of(items: list[Item]) -> int:
    total = 0
    for item in items:
        total += item.quantity * item.price
    return total
