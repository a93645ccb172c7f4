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

/** Of the text around an insertion this much is looked at, in UTF-16 units on each side: names and beginnings of secrets are shorter. */
const around = 500;

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
    const { names, spans } = this.#find(text);
    const redacted = {
      prefix: replaced(prefix, spans, 0),
      suffix: replaced(suffix, spans, prefix.length),
      found: names,
    };
    this.#known.unshift({ prefix, suffix, redacted });
    this.#known.length = Math.min(this.#known.length, remembered);
    return redacted;
  }

  /**
   * Whether a text put at the cursor would put a secret there that this document does not hold already: it comes from another file,
   * or from what a model has learnt. Throws only when a rule does.
   */
  isRevealedBy(text: string, prefix: string, suffix: string): boolean {
    if (text.trim() === '' || prefix.includes(text)) return false;
    // What stands around tells a secret from other words, and a part of it may stand there.
    const before = prefix.slice(-around);
    const { spans } = this.#find(before + text + suffix.slice(0, around));
    return spans.some((span) => {
      const start = Math.max(0, span.start - before.length);
      const piece = text.slice(start, Math.max(start, span.end - before.length));
      return piece.trim() !== '' && !prefix.includes(piece) && !suffix.includes(piece);
    });
  }

  #find(text: string): { readonly names: readonly string[]; readonly spans: readonly Span[] } {
    const names: string[] = [];
    const spans: Span[] = [];
    for (const rule of this.#rules) {
      const found = rule.find(text).filter(({ start, end }) => end > start);
      if (found.length > 0) names.push(rule.name);
      spans.push(...found);
    }
    return { names, spans };
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
