import { ownSecretRules } from './ownSecretRules.ts';
import type { SecretRule, Span } from './secretRule.ts';

/** Prefix and suffix with every secret replaced, and what was found, by rule name only. */
export interface Redacted {
  readonly prefix: string;
  readonly suffix: string;
  readonly found: readonly string[];
}

/** What stands for a secret. An identifier, so that the code around it stays code to the model. */
export const placeholder = 'REDACTED_SECRET';

/** Texts remembered, so that several backends asked at one keystroke cost one scan. */
const remembered = 2;

/**
 * Looks for secrets in what is about to be sent. Pure and synchronous: all rules over 64 KB take about 1 ms.
 *
 * @see docs/decisions/0016-secret-scan.md
 */
export class SecretScan {
  readonly #rules: readonly SecretRule[];
  readonly #known: { readonly prefix: string; readonly suffix: string; readonly redacted: Redacted }[] = [];

  /** @param rules beside our own */
  constructor(rules: readonly SecretRule[]) {
    this.#rules = [...rules, ...ownSecretRules];
  }

  /** Scans both sides as one text, so that a secret with the cursor inside is seen. Throws only when a rule does. */
  redact(prefix: string, suffix: string): Redacted {
    const known = this.#known.find((entry) => entry.prefix === prefix && entry.suffix === suffix);
    if (known) return known.redacted;
    const text = prefix + suffix;
    const names: string[] = [];
    const spans: Span[] = [];
    for (const rule of this.#rules) {
      const found = rule.find(text).filter(({ start, end }) => end > start);
      if (found.length > 0) names.push(rule.name);
      spans.push(...found);
    }
    const redacted = {
      prefix: replaced(prefix, spans, 0),
      suffix: replaced(suffix, spans, prefix.length),
      found: names,
    };
    this.#known.unshift({ prefix, suffix, redacted });
    this.#known.length = Math.min(this.#known.length, remembered);
    return redacted;
  }
}

/** A part of the scanned text, beginning at `offset` there, with the spans replaced that touch it. */
function replaced(part: string, spans: readonly Span[], offset: number): string {
  const inside = spans
    .map(({ start, end }) => ({ start: Math.max(0, start - offset), end: Math.min(part.length, end - offset) }))
    .filter(({ start, end }) => end > start)
    .sort((left, right) => left.start - right.start);
  let result = '';
  let at = 0;
  for (const { start, end } of inside) {
    if (start >= at) result += part.slice(at, start) + placeholder;
    at = Math.max(at, end);
  }
  return result + part.slice(at);
}
