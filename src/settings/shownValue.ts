/** True for an object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a person would recognise it, cut so that a message stays one line. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = printable(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function printable(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : typeof value;
  } catch {
    // BigInt and circles have no JSON.
    return typeof value;
  }
}
