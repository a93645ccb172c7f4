"""The reports that are printed each evening."""

from stock import Item, count_units, items_below_minimum, items_in, value_of


def format_cents(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d} €"


def print_stock(items: list[Item]) -> None:
    print("Stock")
    for item in sorted(items, key=lambda item: item.name):
        print(f"{item.name:<24}{item.quantity:>6}")
    print(f"{count_units(items)} units")


def print_shortages(items: list[Item]) -> None:
    print("Shortages")
    for item in items_below_minimum(items):
        print(f"{item.name:<24}{item.quantity:>6} of {item.minimum}")


def print_warehouse(items: list[Item], warehouse: str) -> None:
    print(f"Warehouse {warehouse}")
    for item in items_in(items, warehouse):
        print(f"{item.name:<24}{item.quantity:>6}")
    print(f"{format_cents(value_of(items))} in all")
