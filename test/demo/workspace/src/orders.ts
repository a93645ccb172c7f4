import { totalOf, type Cart } from './cart';
import type { Customer } from './customers';
import type { Cents } from './money';

export type OrderStatus = 'open' | 'paid' | 'shipped' | 'cancelled';

export interface Order {
  readonly number: number;
  readonly customer: Customer;
  readonly cart: Cart;
  readonly status: OrderStatus;
}

export function totalOfOrder(order: Order): Cents {
  return totalOf(order.cart);
}

export function openOrders(orders: readonly Order[]): Order[] {
  return orders.filter((order) => order.status === 'open');
}

export function shippedOrders(orders: readonly Order[]): Order[] {
  return orders.filter((order) => order.status === 'shipped');
}

export function ordersOf(orders: readonly Order[], customer: Customer): Order[] {
  return orders.filter((order) => order.customer.id === customer.id);
}

export function openTotal(orders: readonly Order[]): Cents {
  let total = 0;
  for (const order of orders) {
    if (order.status === 'open') total += totalOfOrder(order);
  }
  return total;
}
