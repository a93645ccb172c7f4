import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretRule, Span } from './privacy/secretRule.ts';

/** The part of a secretlint rule that is used. @see https://github.com/secretlint/secretlint/blob/master/docs/secretlint-rule.md */
interface LibraryRule {
  readonly meta: { readonly id: string; readonly type: string };
  readonly create?: (context: object, options: object) => { readonly file?: (source: object) => unknown };
}

/** The identifiers of AWS are not reported by default: no secrets by themselves, but half of one. */
const optionsOf: Readonly<Record<string, object>> = { '@secretlint/secretlint-rule-aws': { enableIDScanRule: true } };

/**
 * The recommended rules of secretlint as ours, without its engine: no configuration is read and no comment in the code can switch
 * a rule off. Bundled as a file of its own, loaded with the first request to a backend.
 */
export function createSecretRules(): readonly SecretRule[] {
  return (rules as unknown as readonly LibraryRule[]).flatMap((rule) => {
    const made = ruleOf(rule);
    return made ? [made] : [];
  });
}

function ruleOf({ meta, create }: LibraryRule): SecretRule | undefined {
  if (meta.type !== 'scanner' || !create) return undefined;
  let spans: Span[] = [];
  let scanned = '';
  const context = {
    createTranslator: () => () => ({}),
    report: ({ range: [start, end] }: { readonly range: readonly [number, number] }) =>
      void spans.push({ start, end: endOfWord(scanned, end) }),
  };
  const { file } = create(context, optionsOf[meta.id] ?? {});
  if (!file) return undefined;
  return {
    name: meta.id.replace('@secretlint/secretlint-rule-', ''),
    find(text) {
      spans = [];
      scanned = text;
      // Reports within the call; what a rule does later concerns files on disk, and there is none: the name is empty.
      void file({ content: text, filePath: '', ext: '', contentType: 'text' });
      return spans;
    },
  };
}

/** Some rules report the name before the secret with the secret's length, so that its end stands out; no secret ends within a word. */
function endOfWord(text: string, end: number): number {
  const rest = /[\w+/=~-]*/y;
  rest.lastIndex = end;
  return end + (rest.exec(text)?.[0].length ?? 0);
}
