export interface Address {
  readonly street: string;
  readonly city: string;
  readonly country: string;
}

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly address: Address;
}

export function findCustomer(customers: readonly Customer[], id: string): Customer | undefined {
  return customers.find((customer) => customer.id === id);
}

export function customersIn(customers: readonly Customer[], country: string): Customer[] {
  return customers.filter((customer) => customer.address.country === country);
}

export function formatAddress(customer: Customer): string {
  const { street, city, country } = customer.address;
  return [customer.name, street, city, country].join('\n');
}

export function namesOf(customers: readonly Customer[]): string[] {
  return customers.map((customer) => customer.name).sort();
}
