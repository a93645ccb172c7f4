import type { Product } from './catalog';
import type { Cents } from './money';

export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
}

export interface Cart {
  readonly id: string;
  readonly lines: readonly CartLine[];
}

export function priceOf(line: CartLine): Cents {
  return line.product.price * line.quantity;
}

export function addLine(cart: Cart, product: Product, quantity: number): Cart {
  const others = cart.lines.filter((line) => line.product.sku !== product.sku);
  return { ...cart, lines: [...others, { product, quantity }] };
}

export function removeLine(cart: Cart, sku: string): Cart {
  return { ...cart, lines: cart.lines.filter((line) => line.product.sku !== sku) };
}

export function countOf(cart: Cart): number {
  let count = 0;
  for (const line of cart.lines) {
    count += line.quantity;
  }
  return count;
}

export function totalOf(cart: Cart): Cents {
  let total = 0;
  for (const line of cart.lines) {
    total += line.product.price * line.quantity;
  }
  return total;
}

export function dearestLine(cart: Cart): CartLine | undefined {
  let dearest: CartLine | undefined;
  for (const line of cart.lines) {
    if (!dearest || priceOf(line) > priceOf(dearest)) dearest = line;
  }
  return dearest;
}
