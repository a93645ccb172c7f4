/** Amounts in cents: adding them up never needs rounding. */
export type Cents = number;

export function formatCents(amount: Cents): string {
  const sign = amount < 0 ? '-' : '';
  const euros = Math.floor(Math.abs(amount) / 100);
  const cents = String(Math.abs(amount) % 100).padStart(2, '0');
  return `${sign}${euros}.${cents} €`;
}

export function parseCents(text: string): Cents | undefined {
  const found = /^(-?)(\d+)(?:[.,](\d{2}))?$/.exec(text.trim());
  if (!found) return undefined;
  const amount = Number(found[2]) * 100 + Number(found[3] ?? 0);
  return found[1] === '-' ? -amount : amount;
}

export function percentOf(amount: Cents, percent: number): Cents {
  return Math.round((amount * percent) / 100);
}

export function splitEvenly(amount: Cents, parts: number): Cents[] {
  const share = Math.floor(amount / parts);
  const rest = amount - share * parts;
  return Array.from({ length: parts }, (_, index) => (index < rest ? share + 1 : share));
}
