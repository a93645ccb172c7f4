import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import { ContextGathering } from '../../src/context/contextGathering.ts';
import type { ContextSource } from '../../src/context/finding.ts';
import { definitions, importedFiles, openFiles } from '../../src/context/sources.ts';
import { placesOfTerms } from '../../src/context/terms.ts';
import type { CompletionRequest, ContextKind, ContextPiece } from '../../src/domain/completion.ts';
import type { ContextView, DefinedAt, Place } from '../../src/domain/context.ts';
import { contextRoom, shapePrompt } from '../../src/prompt/promptRoom.ts';
import { TokenMeter } from '../../src/prompt/tokenMeter.ts';
import { documentOf, FakeContextView } from '../fakes/contextView.ts';
import { sampleRequest } from '../fakes/request.ts';
import { quantile } from './statistics.ts';
import { LanguageServer } from './languageServer.ts';
import type { PartResult } from './report.ts';

/** Cursors that are tried in each file, and files that are open beside it. */
const cursorsPerFile = 2;
const openBeside = 8;
/** Lines that the person is about to write. */
const linesAhead = 4;

/** A project of real code: this one. By URI. */
function readProject(): ReadonlyMap<string, string> {
  const root = new URL('../../src/', import.meta.url);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.sort().map((name) => [`file:///shop/${name.replaceAll('\\', '/')}`, readFileSync(new URL(name, root), 'utf8')]));
}

/** A cursor, with what the person is about to write. */
interface Moment {
  readonly request: CompletionRequest;
  readonly ahead: string;
  readonly open: readonly string[];
  /** Answers of the language server, by line and character; asked for once, however many variants are measured. */
  readonly defined: Map<string, readonly DefinedAt[]>;
}

function momentsIn(files: ReadonlyMap<string, string>): Moment[] {
  const random = seededRandom(7);
  return [...files].flatMap(([id, text]) => {
    const others = [...files.keys()].filter((other) => other !== id);
    const open = Array.from({ length: openBeside }, () => others.splice(Math.floor(random() * others.length), 1)[0] ?? '');
    return Array.from({ length: cursorsPerFile }, () => ({
      ...placeIn(text, id, random),
      open,
      defined: new Map<string, readonly DefinedAt[]>(),
    }));
  });
}

/** Somebody at work in one file with a few others open. */
function viewOf(files: ReadonlyMap<string, string>, { request, open, defined }: Moment, server: LanguageServer): ContextView {
  const view = new FakeContextView();
  view.files = Object.fromEntries(files);
  view.open = open.map((id) => documentOf(id, files.get(id) ?? ''));
  const answered =
    (kind: 'definitions' | 'typeDefinitions') =>
    (place: Place): Promise<readonly DefinedAt[]> => {
      const key = `${kind}:${place.line}:${place.character}`;
      if (defined.size === 0) server.change(request.documentId, request.prefix + request.suffix);
      if (!defined.has(key)) defined.set(key, server[kind](place));
      return Promise.resolve(defined.get(key) ?? []);
    };
  view.definitions = answered('definitions');
  view.typeDefinitions = answered('typeDefinitions');
  return view;
}

type Kind = Extract<ContextKind, 'open-file' | 'import' | 'definition'>;
const kinds: readonly Kind[] = ['open-file', 'import', 'definition'];

function sourcesOf(wanted: readonly Kind[], view: ContextView): ContextSource[] {
  const all = { 'open-file': openFiles(view), import: importedFiles(view, systemClock), definition: definitions(view, systemClock) };
  return wanted.map((kind) => all[kind]);
}

interface Tally {
  /** Names that come next and stand nowhere in the prompt without context. */
  unknown: number;
  /** Those of them that the context holds. */
  given: number;
  characters: number;
  prompts: number;
  readonly millis: number[];
}

async function measureWith(
  files: ReadonlyMap<string, string>,
  moments: readonly Moment[],
  server: LanguageServer,
  wanted: readonly Kind[],
): Promise<Tally> {
  const tally: Tally = { unknown: 0, given: 0, characters: 0, prompts: 0, millis: [] };
  const room = contextRoom(new TokenMeter());
  for (const moment of moments) {
    const view = viewOf(files, moment, server);
    const gathering = new ContextGathering({
      view,
      clock: systemClock,
      logger: silentLogger,
      secretFinder: () => Promise.resolve(() => false),
      sources: sourcesOf(wanted, view),
    });
    // The first time reads everything; the second is an ordinary keystroke.
    await gathering.gather(moment.request, room, new AbortController().signal);
    const begin = performance.now();
    const gathered = await gathering.gather(moment.request, room, new AbortController().signal);
    tally.millis.push(performance.now() - begin);
    count(tally, shapePrompt(gathered, Infinity, room), moment.ahead);
    gathering.dispose();
  }
  tally.millis.sort((one, other) => one - other);
  return tally;
}

/** A cursor at the beginning of a line or, every other time, behind its first `(` or `.`; the next lines are not yet written. */
function placeIn(text: string, documentId: string, random: () => number): { request: CompletionRequest; ahead: string } {
  const lines = text.split('\n');
  const line = Math.floor(random() * Math.max(1, lines.length - linesAhead));
  const code = lines[line] ?? '';
  const head = (random() < 0.5 ? /^[^(.]*[\w$][(.]/ : /^\s*/).exec(code)?.[0] ?? /^\s*/.exec(code)?.[0] ?? '';
  const prefix = [...lines.slice(0, line), head].join('\n');
  const suffix = `\n${lines.slice(line + linesAhead).join('\n')}`;
  const ahead = [code.slice(head.length), ...lines.slice(line + 1, line + linesAhead)].join('\n');
  return { request: sampleRequest({ documentId, path: documentId.slice(13), prefix, suffix, line }), ahead };
}

function count(tally: Tally, { prefix, suffix, context = [] }: CompletionRequest, ahead: string): void {
  const known = placesOfTerms(prefix + suffix);
  const given = placesOfTerms(context.map(({ text }: ContextPiece) => text).join('\n'));
  for (const name of placesOfTerms(ahead).keys()) {
    if (known.has(name)) continue;
    tally.unknown += 1;
    if (given.has(name)) tally.given += 1;
  }
  tally.prompts += 1;
  tally.characters += context.reduce((sum, { text }) => sum + text.length, 0);
}

/** What each source of context is worth, on this project's own code: the share of names a person is about to write that it brings in. */
export async function measureContext(): Promise<PartResult> {
  const files = readProject();
  const moments = momentsIn(files);
  const server = new LanguageServer(files);
  const variants: readonly (readonly [string, readonly Kind[]])[] = [
    ['all', kinds],
    ...kinds.map((kind) => [`only ${kind}`, [kind]] as const),
    ...kinds.map((kind) => [`without ${kind}`, kinds.filter((other) => other !== kind)] as const),
  ];
  const rows: (readonly (string | number)[])[] = [];
  const shares = new Map<string, number>();
  let p95 = Infinity;
  for (const [name, wanted] of variants) {
    const { unknown, given, characters, prompts, millis } = await measureWith(files, moments, server, wanted);
    const share = (100 * given) / unknown;
    shares.set(name, share);
    if (name === 'all') p95 = quantile(millis, 0.95);
    rows.push([name, prompts, unknown, share, characters / prompts, quantile(millis, 0.5), quantile(millis, 0.95)]);
  }
  const all = shares.get('all') ?? 0;
  return {
    tables: [
      {
        title: 'context: names a person is about to write that the prompt without context does not hold',
        columns: ['sources', 'prompts', 'names', 'brought in %', 'characters', 'P50 ms', 'P95 ms'],
        rows,
      },
    ],
    checks: [
      { what: 'gathering P95', value: p95, unit: 'ms', atMost: 16 },
      ...(['open-file', 'import'] as const).map((kind) => ({
        what: `all without ${kind}, against all`,
        value: (shares.get(`without ${kind}`) ?? Infinity) - all,
        unit: '%',
        atMost: 0,
      })),
      {
        what: 'only open-file, against open-file and definition',
        value: (shares.get('only open-file') ?? Infinity) - (shares.get('without import') ?? 0),
        unit: '%',
        atMost: 0,
      },
    ],
    notes: [
      'recent edits and errors are not measured: nobody edits here',
      "the language server is TypeScript's own; its time is not in the figures",
      'here every definition lies in a file that an import leads to; definitions are for languages whose imports are not followed',
    ],
  };
}
