/**
 * How often the voters beside the copied text are right, and what each sensitivity is worth:
 * `tsx test/bench/local/voters.ts --lines 250 TIMELINE…`, a timeline or a folder with a git repository. Prints Markdown.
 */
import { parseArgs } from 'node:util';
import { builtinSnippets } from '../../../src/local/builtinSnippets.ts';
import { blockCloser, closers, closersOf } from '../../../src/local/closers.ts';
import { leastChances } from '../../../src/local/sensitivity.ts';
import { sensitivities } from '../../../src/settings/settings.ts';
import type { BenchEngine } from './benchEngine.ts';
import { createEngine } from './engineAdapter.ts';
import { timelineOfRepository } from './gitTimeline.ts';
import { measure } from './measure.ts';
import { markdown } from './qualityReport.ts';
import { replay } from './replay.ts';
import { readTimeline, type Timeline } from './timeline.ts';
import { type MeasuredLine, typeAll } from './typing.ts';

interface Hits {
  said: number;
  right: number;
}

/** Adds up how often what was said came true, by what said it. */
class Tally {
  readonly #hits = new Map<string, Hits>();

  add(name: string, isRight: boolean): void {
    const hits = this.#hits.get(name) ?? { said: 0, right: 0 };
    hits.said += 1;
    hits.right += isRight ? 1 : 0;
    this.#hits.set(name, hits);
  }

  get rows(): (string | number)[][] {
    const sorted = [...this.#hits].sort(([one], [other]) => one.localeCompare(other));
    return sorted.map(([name, { said, right }]) => [name, said, ((100 * right) / said).toFixed(1)]);
  }
}

const silent = { index: () => undefined, update: () => undefined, complete: () => undefined };

/** Whether a line is what a snippet's first line says, whatever stands in its placeholders. */
export function isOfShape(rest: string, body: string): boolean {
  const [first = ''] = body.split('\n');
  const pattern = first
    .split(/\$\{\d+(?::[^}]*)?\}|\$\d+/)
    .map((literal) => literal.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
    .join('.*?');
  return new RegExp(`^${pattern}$`).test(rest);
}

function tallyVoters(timeline: Timeline, tally: Tally): void {
  replay({
    timeline,
    engine: silent,
    lines: 0,
    onLine({ languageId, text, start, line, indent, end, suffix }) {
      const block = blockCloser(text.slice(0, start + indent), suffix, line.slice(0, indent), languageId);
      if (block !== '')
        tally.add(`closers of a block, ${/\w/.test(block) ? 'words' : 'brackets'}`, line.slice(indent, end).startsWith(block));
      for (let column = indent + 1; column < end; column += 1) {
        const head = line.slice(0, column);
        const rest = line.slice(column, end);
        const closers = closersOf(head);
        if (closers !== '') {
          const behind = /\w$/.test(head) ? 'word' : /["'`]$/.test(head) ? 'quote' : 'bracket';
          tally.add(`closers behind a ${behind}, ${closers.length > 1 ? 'several' : 'one'}`, rest.startsWith(closers));
        }
        const typed = head.slice(indent);
        if (!/^\w{2,}$/.test(typed)) continue;
        for (const { prefix, body, languageIds } of builtinSnippets) {
          if (!languageIds.includes(languageId) || !prefix.startsWith(typed) || !body.startsWith(prefix)) continue;
          tally.add(`template, ${prefix === typed ? 'name whole' : 'name begun'}`, isOfShape(line.slice(indent, end), body));
        }
      }
    },
  });
}

type Order = 'copied text only' | 'the surer' | 'chance × length';

/** The copied text, and what closes what is open, in one of the orders. */
function withClosers(order: Order): BenchEngine {
  const engine = createEngine();
  if (order === 'copied text only') return engine;
  return {
    ...engine,
    complete(place) {
      const { prefix, suffix, languageId } = place;
      const copied = engine.complete(place);
      const closer = closers(prefix, suffix, prefix.slice(prefix.lastIndexOf('\n') + 1), languageId);
      if (closer.confidence < leastChances.balanced) return copied;
      if (copied === undefined || copied.confidence < leastChances.balanced) return closer;
      const worth = ({ text, confidence }: { text: string; confidence: number }): number =>
        order === 'the surer' ? confidence : confidence * (text.length - 0.5);
      return worth(closer) > worth(copied) ? closer : copied;
    },
  };
}

function sensitivityRows(lines: readonly MeasuredLine[]): (string | number)[][] {
  const named = sensitivities.map((name): [string, number] => [name, leastChances[name]]);
  const others = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7].map((chance): [string, number] => ['', chance]);
  return [...others, ...named].map(([name, least]) => {
    const { keys, shown, taken, saved, acceptance } = typeAll(lines, least);
    const percent = (share: number): string => (100 * share).toFixed(1);
    return [name, least, ((100 * shown) / keys).toFixed(1), percent(acceptance), percent(saved), taken];
  });
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({ options: { lines: { type: 'string', default: '250' } }, allowPositionals: true });
  const tally = new Tally();
  const lines = new Map<Order, MeasuredLine[]>([
    ['copied text only', []],
    ['the surer', []],
    ['chance × length', []],
  ]);
  for (const file of positionals) {
    const timeline = file.endsWith('.gz') ? await readTimeline(file) : timelineOfRepository(file, 6000);
    tallyVoters(timeline, tally);
    for (const [order, measured] of lines) measured.push(...measure(timeline, withClosers(order), Number(values.lines)).lines);
  }
  const columns = ['sensitivity', 'least chance', 'shown per 100 keys', 'taken of shown, %', 'keys saved, %', 'taken'];
  console.log(markdown({ title: 'voters', columns: ['what', 'said', 'right, %'], rows: tally.rows }));
  for (const [order, measured] of lines) {
    console.log(markdown({ title: `sensitivity, ${order}, ${measured.length} lines`, columns, rows: sensitivityRows(measured) }));
  }
}
