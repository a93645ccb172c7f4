import type { Filter } from './filter.ts';

/** Lines of the document that are looked at to learn how it is indented. */
const lookedAt = 200;

/** Used where neither the document nor the text says how wide a step is. In spaces. */
const defaultStep = 4;

/**
 * Gives the lines of a text the document's kind of indentation, and takes away the cursor's own indentation where the text says it
 * again. Widths that are no whole steps (aligned parameters) keep their rest as spaces.
 */
export const fitIndentation: Filter = (text, request) => {
  const [first = '', ...others] = withoutEcho(text, request.prefix).split('\n');
  const kind = kindOf(request.prefix);
  if (kind === undefined || others.length === 0) return [first, ...others].join('\n');
  const step = kind.step ?? stepOf(others) ?? defaultStep;
  return [first, ...others.map((line) => (kind.tabs ? tabbed(line, stepOf(others) ?? step) : spaced(line, step)))].join('\n');
};

/**
 * On a line that holds only its indentation, a text that brings an indentation too would be indented twice. The editor's own stays:
 * it knows the cursor's column.
 */
function withoutEcho(text: string, prefix: string): string {
  const head = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const lead = leadOf(text);
  if (head === '' || head.trim() !== '' || !lead.startsWith(head)) return text;
  const others = text
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
  // Lines that all stand deeper than both together show that the text counts from the cursor.
  const isRelative = others.length > 0 && others.every((line) => leadOf(line).length > head.length + lead.length);
  return isRelative ? text : text.slice(lead.length);
}

/** `undefined` when the document has no indented line. */
function kindOf(prefix: string): { readonly tabs: boolean; readonly step?: number } | undefined {
  const leads = prefix
    .split('\n')
    .slice(-lookedAt)
    .filter((line) => line.trim() !== '')
    .map(leadOf)
    .filter((lead) => lead !== '');
  if (leads.length === 0) return undefined;
  const tabs = leads.filter((lead) => lead.startsWith('\t')).length * 2 > leads.length;
  if (tabs) return { tabs };
  const widths = leads
    .filter((lead) => !lead.includes('\t'))
    .map((lead) => lead.length)
    .filter((width) => width > 1);
  return widths.length === 0 ? { tabs } : { tabs, step: Math.min(8, ...widths) };
}

/** The smallest difference between the indentations of a text by spaces. */
function stepOf(lines: readonly string[]): number | undefined {
  const widths = [
    ...new Set(
      lines
        .filter((line) => line.trim() !== '')
        .map((line) => leadOf(line))
        .filter((lead) => !lead.includes('\t'))
        .map((lead) => lead.length),
    ),
  ].sort((a, b) => a - b);
  let step: number | undefined;
  for (const [index, width] of widths.entries()) {
    const difference = width - (index === 0 ? 0 : (widths[index - 1] ?? 0));
    if (difference > 1 && (step === undefined || difference < step)) step = difference;
  }
  return step;
}

function leadOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function tabbed(line: string, step: number): string {
  const lead = leadOf(line);
  if (!lead.includes(' ')) return line;
  const tabs = lead.split('\t').length - 1;
  const width = lead.length - tabs + tabs * step;
  return '\t'.repeat(Math.floor(width / step)) + ' '.repeat(width % step) + line.slice(lead.length);
}

function spaced(line: string, step: number): string {
  const lead = leadOf(line);
  return lead.includes('\t') ? lead.replaceAll('\t', ' '.repeat(step)) + line.slice(lead.length) : line;
}
