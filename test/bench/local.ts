import { pathToFileURL } from 'node:url';

import { seededRandom } from '../../src/base/random.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { createLocalEngine } from '../../src/local/localEngine.ts';

/** What one keystroke costs the local engine. */
export interface LocalBenchResult {
  readonly documents: number;
  readonly keystrokes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The first keystroke of a window, with nothing cut yet. */
  readonly firstMs: number;
  readonly indexBytes: number;
}

const nouns = 'user account order item price total session token cache entry request reply message queue worker job event state'.split(' ');
const verbs = 'load save find update remove create parse render send receive'.split(' ');

/** Source that looks like code: functions of some ten lines with a vocabulary that repeats. */
function sourceOf(seed: number, lines: number): string {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const written: string[] = [];
  while (written.length < lines) {
    const [noun, other, verb] = [pick(nouns), pick(nouns), pick(verbs)];
    written.push(
      `export async function ${verb}${noun}(${noun}Id: string, ${other}: ${other}Options): Promise<${noun}Result> {`,
      `  const ${noun} = await this.store.${verb}(${noun}Id);`,
      `  if (${noun} === undefined) throw new Error('no ${noun} with id ' + ${noun}Id);`,
      `  for (const ${other}Part of ${noun}.${other}Parts) {`,
      `    ${other}.total += ${other}Part.price * ${Math.floor(random() * 100)};`,
      `    this.logger.debug(\`${verb} \${${other}Part.id}\`);`,
      '  }',
      `  return { ${noun}, ${other}, at: this.clock.now() };`,
      '}',
      '',
    );
  }
  return written.slice(0, lines).join('\n');
}

/**
 * Types 40 lines into the middle of a document, keystroke by keystroke, with many others open.
 *
 * @param documentCount open documents, the typed one included
 */
export function benchLocal(documentCount = 20, linesEach = 2000): LocalBenchResult {
  const documents: OpenDocument[] = Array.from({ length: documentCount }, (_, index) => {
    const text = sourceOf(index + 1, linesEach);
    return { id: `file:///${index}.ts`, languageId: 'typescript', version: 1, text: () => text };
  });
  const engine = createLocalEngine({ view: { openDocuments: () => documents, snippets: () => [] } });
  const current = documents[0]?.text().split('\n') ?? [];
  const above = `${current.slice(0, linesEach / 2).join('\n')}\n`;
  const suffix = `\n${current.slice(linesEach / 2).join('\n')}`;
  const typed = sourceOf(99, 40);
  const times: number[] = [];
  for (let end = 0; end < typed.length; end += 1) {
    const request: CompletionRequest = {
      id: `bench-${end}`,
      languageId: 'typescript',
      documentId: 'file:///0.ts',
      path: '0.ts',
      prefix: above + typed.slice(0, end),
      suffix,
      shape: end % 2 === 0 ? 'line' : 'block',
      trigger: 'automatic',
      maxTokens: 64,
    };
    const began = performance.now();
    engine.suggest(request);
    times.push(performance.now() - began);
  }
  const indexBytes = engine.bytes;
  engine.dispose();
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2));
  const firstMs = Number((times[0] ?? 0).toFixed(2));
  return { documents: documentCount, keystrokes: times.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), firstMs, indexBytes };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table([benchLocal()]);
