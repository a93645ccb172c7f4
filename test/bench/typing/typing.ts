import type { EngineOptions } from '../../../src/engine.ts';
import type { OpenDocument } from '../../../src/domain/workspace.ts';
import type { Check, PartResult, Table } from '../report.ts';
import { failsoftClient } from './clients.ts';
import { bootstrap, foldSessions, type Interval, type SessionFigures, type TypingFigures } from './figures.ts';
import { plainClient, plainDebounce } from './plainClient.ts';
import { playFast } from './play.ts';
import { runSession, type SessionPlan } from './session.ts';
import { gapsOf, type SourceFile, sourceFiles } from './sourceFiles.ts';

type Mechanisms = NonNullable<EngineOptions['mechanisms']>;

/** Each is one row of the report. */
const switches = ['reuse', 'cache', 'debounce', 'speculation', 'context', 'earlyStop', 'local'] as const satisfies (keyof Mechanisms)[];

/** How much is written: parts of each file, about so many characters each, once for each seed. */
export interface Extent {
  readonly files: readonly SourceFile[];
  readonly seeds: readonly number[];
  readonly parts: number;
  readonly partSize: number;
}

/** Who answers the person's keys. */
export type Variant = 'plain' | { readonly mechanisms: Mechanisms };

/** All sessions with one client, files within seeds. */
export async function writeWith(variant: Variant, { files, seeds, parts, partSize }: Extent): Promise<readonly SessionFigures[]> {
  const sessions: SessionFigures[] = [];
  for (const seed of seeds) {
    for (const file of files) {
      const connect: SessionPlan['connect'] = (backend, desk) =>
        variant === 'plain' ? plainClient(backend) : failsoftClient(backend, desk, othersBeside(file, files), variant);
      const gaps = gapsOf(file.text, parts, partSize, seed);
      sessions.push(await playFast(() => runSession({ file, gaps, seed, connect })));
    }
  }
  return sessions;
}

/** Files that are open too. */
function othersBeside(file: SourceFile, files: readonly SourceFile[]): readonly OpenDocument[] {
  return files
    .filter((other) => other !== file)
    .slice(0, 3)
    .map(({ path, languageId, text }) => ({ id: `file:///shop/${path}`, languageId, version: 1, text: () => text }));
}

/** What Failsoft is to achieve beside the plain client: shares of its figures. */
export const typingTargets = { requests: 0.4, wait: 0.5, kept: 0.95 } as const;

/** `npm run bench -- typing`: one person, with Failsoft, with each mechanism switched off, and with a plain client. */
export async function measureTyping(): Promise<PartResult> {
  const extent: Extent = { files: sourceFiles(), seeds: [1, 2], parts: 2, partSize: 700 };
  const own = await writeWith({ mechanisms: {} }, extent);
  const plain = await writeWith('plain', extent);
  const rows: [string, readonly SessionFigures[]][] = [['Failsoft', own]];
  for (const name of switches) rows.push([`without ${name}`, await writeWith({ mechanisms: { [name]: false } }, extent)]);
  rows.push([`plain client, ${plainDebounce} ms`, plain]);
  return {
    tables: [figuresTable(rows), intervalTable(own, plain)],
    checks: checksOf(own, plain),
    notes: [
      `${own.length} sessions of each client, ${sum(own, 'characters')} characters; on virtual time, so that a run always gives these figures`,
      'the method and its sources: docs/typing-benchmark.md',
    ],
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

function figuresTable(rows: readonly (readonly [string, readonly SessionFigures[]])[]): Table {
  return {
    title: 'one person typing (keys are 100 keys pressed; times in ms)',
    columns: [
      'client',
      'requests/100 keys',
      'pauses with text',
      'to text P50',
      'P95',
      'wasted',
      'tokens/100 keys',
      'taken',
      'kept',
      'changed/100 keys',
      'flicker',
    ],
    rows: rows.map(([name, sessions]) => {
      const figures = foldSessions(sessions);
      return [
        name,
        figures.requestsPer100Keys.toFixed(1),
        percent(figures.pausesWithText),
        Math.round(figures.waitP50),
        Math.round(figures.waitP95),
        percent(figures.wastedShare),
        Math.round(figures.tokensPer100Keys),
        percent(figures.takenShare),
        percent(figures.keptShare),
        figures.changesPer100Keys.toFixed(2),
        figures.flickers,
      ];
    }),
  };
}

/** The figures that have targets, by what they compare. */
const compared = {
  requests: (own: TypingFigures, plain: TypingFigures) => own.requestsPer100Keys / plain.requestsPer100Keys,
  wait: (own: TypingFigures, plain: TypingFigures) => own.waitP50 / plain.waitP50,
  kept: (own: TypingFigures, plain: TypingFigures) => own.keptShare / plain.keptShare,
} as const;

function intervalTable(own: readonly SessionFigures[], plain: readonly SessionFigures[]): Table {
  const row = (what: string, { value, low, high }: Interval): string[] => [what, percent(value), `${percent(low)} to ${percent(high)}`];
  return {
    title: 'Failsoft, share of the plain client',
    columns: ['figure', 'measured', '95 % of resamples'],
    rows: [
      row('requests per 100 keys', bootstrap(own, plain, compared.requests)),
      row('time to text, P50', bootstrap(own, plain, compared.wait)),
      row('characters kept', bootstrap(own, plain, compared.kept)),
    ],
  };
}

function checksOf(own: readonly SessionFigures[], plain: readonly SessionFigures[]): readonly Check[] {
  const [mine, other] = [foldSessions(own), foldSessions(plain)];
  const { requests, wait, kept } = typingTargets;
  return [
    { what: 'requests, share of the plain client', value: 100 * compared.requests(mine, other), unit: '%', atMost: 100 * requests },
    { what: 'time to text P50, share of it', value: 100 * compared.wait(mine, other), unit: '%', atMost: 100 * wait },
    { what: 'characters kept less than with it', value: 100 * (1 - compared.kept(mine, other)), unit: '%', atMost: 100 * (1 - kept) },
    { what: 'ghost text that vanished or changed while right', value: mine.flickers, unit: '', atMost: 0 },
  ];
}

function sum(sessions: readonly SessionFigures[], figure: 'characters'): number {
  return sessions.reduce((total, session) => total + session[figure], 0);
}
