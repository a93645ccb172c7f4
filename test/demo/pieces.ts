/** The code that the demonstration types: two functions a phase, each at the end of a file of the demo workspace. */

/** A pause of the typist, at which a suggestion is measured but not taken. */
export const PAUSE = '‸';

/** A pause at which the typist takes the suggestion if it is what they were about to write. */
export const PAUSE_AND_TAKE = '⇥';

/** Code with its pauses marked. */
export interface Piece {
  /** Path in the demo workspace. */
  readonly file: string;
  readonly text: string;
}

/** Names of the phases, in their order. */
export const phaseNames = ['no backend', 'healthy', '×5 slow', 'at capacity', 'hang', 'refused', 'recovered'] as const;

export type PhaseName = (typeof phaseNames)[number];

/** Without the marks: what stands in the file afterwards. */
export function plainText(text: string): string {
  return text.replaceAll(PAUSE, '').replaceAll(PAUSE_AND_TAKE, '');
}

/** Every piece begins on the empty last line of its file and leaves the file with one. */
export const pieces: Readonly<Record<PhaseName, readonly Piece[]>> = {
  'no backend': [
    {
      file: 'src/orders.ts',
      text: `
export function‸ cancelledOrders(⇥orders: ‸readonly Order[]): Order[] {
  ‸return orders.⇥filter((order) => order.‸status === ⇥'cancelled');
}
`,
    },
    {
      file: 'inventory/stock.py',
      text: `

def items_above(items: ‸list[Item], quantity: ⇥int) -> ‸list[Item]:
    ‸return [item ⇥for item in items if item.⇥quantity > quantity]
`,
    },
  ],
  healthy: [
    {
      file: 'src/cart.ts',
      text: `
export function weightOf(⇥cart: Cart): ‸number {
  ‸let weight = ⇥0;
  for (⇥const line of cart.lines) {
    weight += line.⇥product.weight * line.quantity;
  }
  return ‸weight;
}
`,
    },
    {
      file: 'inventory/suppliers.py',
      text: `

def cheapest_supplier(‸suppliers: ⇥list[Supplier]) -> Supplier | None:
    cheapest = ‸None
    for supplier in ‸suppliers:
        if ⇥cheapest is None or supplier.minimum_order < cheapest.minimum_order:
            cheapest = ⇥supplier
    return ‸cheapest
`,
    },
  ],
  '×5 slow': [
    {
      file: 'src/cart.ts',
      text: `
export function cheapestLine(‸cart: ⇥Cart): CartLine | undefined {
  let cheapest: ⇥CartLine | undefined;
  for (⇥const line of cart.lines) {
    if (‸!cheapest || priceOf(‸line) < priceOf(cheapest)) cheapest = line;
  }
  return ‸cheapest;
}
`,
    },
    {
      file: 'inventory/stock.py',
      text: `

def largest_item(items: ‸list[Item]) -> Item | None:
    largest = ‸None
    for ⇥item in items:
        if largest is ⇥None or item.‸quantity > largest.quantity:
            largest = ⇥item
    return ‸largest
`,
    },
  ],
  'at capacity': [
    {
      file: 'src/orders.ts',
      text: `
export function paidTotal(‸orders: ⇥readonly Order[]): Cents {
  let total = ‸0;
  for (⇥const order of orders) {
    if (‸order.status === ⇥'paid') total += totalOfOrder(order);
  }
  return ‸total;
}
`,
    },
    {
      file: 'inventory/report.py',
      text: `

def print_values(‸items: ⇥list[Item]) -> None:
    print(‸"Values")
    for item in ‸sorted(⇥items, key=lambda item: item.name):
        print(‸f"{item.name:<24}{format_cents(item.‸price):>10}")
`,
    },
  ],
  hang: [
    {
      file: 'src/customers.ts',
      text: `
export function customersOf(‸customers: ⇥readonly Customer[], city: ‸string): Customer[] {
  return ‸customers.⇥filter((customer) => customer.‸address.⇥city === city);
}
`,
    },
    {
      file: 'inventory/suppliers.py',
      text: `

def slowest_supplier(‸suppliers: ⇥list[Supplier]) -> Supplier | None:
    slowest = ‸None
    for ⇥supplier in suppliers:
        if slowest is ‸None or supplier.⇥lead_days > slowest.lead_days:
            slowest = ‸supplier
    return slowest
`,
    },
  ],
  refused: [
    {
      file: 'src/catalog.ts',
      text: `
export function productsBelow(‸products: ⇥readonly Product[], price: ‸Cents): Product[] {
  ‸return products.⇥filter((product) => product.‸price < price);
}
`,
    },
    {
      file: 'inventory/stock.py',
      text: `

def smallest_item(‸items: ⇥list[Item]) -> Item | None:
    smallest = ‸None
    for ⇥item in items:
        if smallest is ‸None or item.⇥quantity < smallest.quantity:
            smallest = ‸item
    return smallest
`,
    },
  ],
  recovered: [
    {
      file: 'src/catalog.ts',
      text: `
export function lightestProduct(⇥products: readonly Product[]): Product | undefined {
  let lightest: ⇥Product | undefined;
  for (‸const product of ‸products) {
    if (⇥!lightest || product.weight < lightest.weight) lightest = ⇥product;
  }
  return ‸lightest;
}
`,
    },
    {
      file: 'inventory/suppliers.py',
      text: `

def small_orders(‸suppliers: ⇥list[Supplier], amount: ‸int) -> list[Supplier]:
    ‸return [⇥supplier for supplier in suppliers if supplier.‸minimum_order <= amount]
`,
    },
  ],
};
