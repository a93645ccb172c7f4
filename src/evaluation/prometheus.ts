/** No page of metrics that is read here is longer; the rest of a longer one is left out. In UTF-16 units. */
export const longestMetrics = 512 * 1024;

/** One line of a page of metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** `name{labels} value`, perhaps with a time behind it. A colon is part of a name. */
const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads Prometheus' text format as far as it is understood: comments, and lines that are none of it, are skipped.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function readSamples(text: string): readonly Sample[] {
  return text
    .slice(0, longestMetrics)
    .split('\n')
    .flatMap((each) => {
      const [, name, labels = '', value = ''] = line.exec(each.trimEnd()) ?? [];
      const number = numberOf(value);
      return name === undefined || number === undefined ? [] : [{ name, labels: labelsOf(labels), value: number }];
    });
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const entries = [...text.matchAll(label)].map(([, name = '', value = '']) => [name, unescaped(value)] as const);
  return Object.fromEntries(entries);
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
