import type { Cents } from './money';

export type Category = 'grocery' | 'household' | 'stationery';

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: Category;
  readonly price: Cents;
  /** In grams. */
  readonly weight: number;
}

export const products: readonly Product[] = [
  { sku: 'TEA-01', name: 'Green tea', category: 'grocery', price: 449, weight: 125 },
  { sku: 'COF-02', name: 'Coffee beans', category: 'grocery', price: 1290, weight: 1000 },
  { sku: 'SOA-01', name: 'Soap', category: 'household', price: 299, weight: 150 },
  { sku: 'PEN-07', name: 'Fountain pen', category: 'stationery', price: 2490, weight: 40 },
];

export function findProduct(products: readonly Product[], sku: string): Product | undefined {
  return products.find((product) => product.sku === sku);
}

export function productsIn(products: readonly Product[], category: Category): Product[] {
  return products.filter((product) => product.category === category);
}

export function productsAbove(products: readonly Product[], price: Cents): Product[] {
  return products.filter((product) => product.price > price);
}

export function heaviestProduct(products: readonly Product[]): Product | undefined {
  let heaviest: Product | undefined;
  for (const product of products) {
    if (!heaviest || product.weight > heaviest.weight) heaviest = product;
  }
  return heaviest;
}
