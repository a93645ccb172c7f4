/** A month of somebody's work with two backends, one of which has troubles; made up, from a seed, through the real record types. */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Random, seededRandom } from '../../src/base/random.ts';
import type { AttemptOutcome } from '../../src/domain/attempt.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import type { HealthState } from '../../src/domain/snapshot.ts';
import type { Observed, SuggestionFacts } from '../../src/domain/observation.ts';
import { journalDefaults, newFileName } from '../../src/journal/journalFiles.ts';
import { lineOf } from '../../src/journal/recordLine.ts';

const minute = 60_000;
const hour = 60 * minute;
const megabyte = 1024 * 1024;

export const team = { sourceId: 'team-server', model: 'qwen2.5-coder-14b' } as const;
export const hosted = { sourceId: 'mistral', model: 'codestral-2501' } as const;

/** In hours before now. */
interface Trouble {
  readonly source: { readonly sourceId: string; readonly model: string };
  readonly from: number;
  readonly to: number;
  readonly state: HealthState;
}

/** The last day is made by hand, the weeks before by chance. */
const lastDay: readonly Trouble[] = [
  { source: team, from: 8.2, to: 7.6, state: 'slow' },
  { source: hosted, from: 6.9, to: 6.5, state: 'auth-needed' },
  { source: team, from: 3.4, to: 3.3, state: 'degraded' },
  { source: team, from: 3.3, to: 3.1, state: 'at-capacity' },
  { source: team, from: 3.1, to: 2.45, state: 'open' },
  { source: team, from: 2.45, to: 2.4, state: 'probing' },
  { source: hosted, from: 2.9, to: 2.8, state: 'rate-limited' },
  { source: team, from: 0.52, to: 0.36, state: 'slow' },
  { source: team, from: 0.36, to: 0.3, state: 'at-capacity' },
];

const kinds: readonly HealthState[] = ['at-capacity', 'open', 'slow', 'offline', 'degraded', 'rate-limited'];

function troublesOf(days: number, random: Random): readonly Trouble[] {
  const earlier: Trouble[] = [];
  for (let day = 1; day < days; day++) {
    if (random() < 0.55) continue;
    const from = day * 24 + 1 + random() * 8;
    const length = 0.15 + random() ** 2 * 2.2;
    earlier.push({
      source: random() < 0.75 ? team : hosted,
      from,
      to: from - length,
      state: kinds[Math.floor(random() * kinds.length)] ?? 'open',
    });
  }
  return [...earlier, ...lastDay];
}

/** Hours of a day, counted back from now, in which somebody types; a break at noon. */
function isWorking(hoursAgo: number): boolean {
  const ofDay = hoursAgo % 24;
  const isWeekend = Math.floor(hoursAgo / 24) % 7 >= 5;
  return ofDay < 9.5 && !(ofDay > 4.6 && ofDay < 5.4) && !(isWeekend && ofDay > 1.5);
}

const languages = ['typescript', 'typescript', 'typescript', 'python', 'python', 'go', 'css', 'markdown'];

/** Records of the last `days`, in order of their time. @param perMinute requests while somebody types */
export function incidentRecords(now: number, days = 30, perMinute = 3, seed = 1): readonly JournalRecord[] {
  const random = seededRandom(seed);
  const troubles = troublesOf(days, random);
  const records: JournalRecord[] = [];
  const stateAt = (source: { sourceId: string }, ago: number): HealthState =>
    troubles.find((each) => each.source.sourceId === source.sourceId && ago <= each.from && ago > each.to)?.state ?? 'healthy';
  const states = new Map<string, HealthState>();
  let serving = 'local';
  let number = 0;
  for (let ago = days * 24; ago > 0; ago -= 1 / 60) {
    const at = Math.floor(now - ago * hour);
    if (!isWorking(ago)) continue;
    for (const source of [team, hosted]) {
      const state = stateAt(source, ago);
      const before = states.get(source.sourceId) ?? 'unknown';
      if (state !== before) records.push({ kind: 'state', at, ...source, before, state });
      states.set(source.sourceId, state);
      if (state === 'open' && random() < 0.4)
        records.push(attempt(source, at + 30_000, ++number, 'probe', 'server', 900 * random(), false));
    }
    const next = [team, hosted].find((source) => isAsked(stateAt(source, ago)))?.sourceId ?? 'local';
    if (next !== serving) records.push({ kind: 'route', at, before: serving, serving: next });
    serving = next;
    records.push(processRecord(at, ago, random));
    const requests = Math.floor(perMinute * 2 * random() ** 0.5);
    for (let each = 0; each < requests; each++) {
      keystroke({
        at: Math.floor(at + (each / requests) * minute),
        team: stateAt(team, ago),
        hosted: stateAt(hosted, ago),
        random,
        number: ++number,
        records,
      });
    }
  }
  records.push({ kind: 'session', at: Math.floor(now - 4.6 * hour), phase: 'unclean-end', version: '0.1.0' });
  records.push({ kind: 'session', at: Math.floor(now - 4.59 * hour), phase: 'start', version: '0.1.0' });
  return records.sort((one, other) => one.at - other.at);
}

function isAsked(state: HealthState): boolean {
  return state === 'healthy' || state === 'slow' || state === 'degraded';
}

function attempt(
  source: { readonly sourceId: string; readonly model: string },
  at: number,
  number: number,
  trigger: 'automatic' | 'probe',
  outcome: AttemptOutcome,
  elapsed: number,
  censored: boolean,
): JournalRecord {
  const stage = outcome === 'ok' || outcome === 'empty' ? 'done' : 'headers';
  return {
    kind: 'attempt',
    at,
    requestId: `r${number}`,
    ...source,
    trigger,
    outcome,
    elapsed: Math.round(elapsed),
    censored,
    stage,
    bytes: 400,
  };
}

interface Key {
  readonly at: number;
  readonly team: HealthState;
  readonly hosted: HealthState;
  readonly random: Random;
  readonly number: number;
  readonly records: JournalRecord[];
}

/** One pause of somebody who types: who is asked, what comes of it. */
function keystroke({ at, team: first, hosted: second, random, number, records }: Key): void {
  const languageId = languages[Math.floor(random() * languages.length)] ?? 'typescript';
  const decide = (origin: 'model' | 'local' | 'cache' | 'nothing', sourceId: string, elapsed: number): void => {
    records.push({
      kind: 'decision',
      at,
      requestId: `r${number}`,
      languageId,
      trigger: 'automatic',
      origin,
      sourceId,
      elapsed: Math.round(elapsed),
    });
  };
  if (random() < 0.22) return decide('cache', team.sourceId, 1);
  for (const { source, state, usual } of [
    { source: team, state: first, usual: 240 },
    { source: hosted, state: second, usual: 330 },
  ]) {
    const isRefused = !isAsked(state) && !((state === 'at-capacity' || state === 'rate-limited') && random() < 0.5);
    if (isRefused) continue;
    const { outcome, elapsed, censored } = endOf(state, usual, random);
    records.push(attempt(source, at, number, 'automatic', outcome, elapsed, censored));
    if (outcome === 'cancelled') return;
    if (outcome === 'empty') return decide('nothing', source.sourceId, elapsed);
    if (outcome !== 'ok') continue;
    decide('model', source.sourceId, elapsed);
    return shown({
      at: at + Math.round(elapsed),
      random,
      records,
      facts: { id: `r${number}`, languageId, origin: 'model', ...source, trigger: 'automatic' },
    });
  }
  if (random() < 0.3) return decide('nothing', team.sourceId, 12);
  decide('local', 'local', 12);
  shown({
    at: at + 12,
    random,
    records,
    facts: { id: `r${number}`, languageId, origin: 'local', sourceId: 'local', trigger: 'automatic' },
  });
}

function endOf(state: HealthState, usual: number, random: Random): { outcome: AttemptOutcome; elapsed: number; censored: boolean } {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const latency = usual * Math.exp(0.42 * normal) * (state === 'slow' ? 3.2 : state === 'degraded' ? 1.8 : 1) + (random() < 0.01 ? 900 : 0);
  const patience = random() < 0.6 ? 60 + 420 * random() : Infinity;
  const chance = random();
  if (state === 'at-capacity' && chance < 0.85) return { outcome: 'capacity', elapsed: 40 + 60 * random(), censored: false };
  if (state === 'rate-limited') return { outcome: 'rate_limit', elapsed: 60, censored: false };
  if (state === 'degraded' && chance < 0.3) return { outcome: chance < 0.2 ? 'server' : 'network', elapsed: 150, censored: false };
  if (latency > patience) return { outcome: 'cancelled', elapsed: patience, censored: true };
  if (latency > 1600) return { outcome: 'timeout', elapsed: 1600, censored: true };
  if (chance < 0.004) return { outcome: 'network', elapsed: 30, censored: false };
  return { outcome: chance < 0.1 ? 'empty' : 'ok', elapsed: latency, censored: false };
}

const acceptance: Readonly<Record<string, number>> = { [team.sourceId]: 0.34, [hosted.sourceId]: 0.31, local: 0.19 };

function shown({ at, random, records, facts }: { at: number; random: Random; records: JournalRecord[]; facts: SuggestionFacts }): void {
  const see = (after: number, observed: Observed): void => {
    records.push({ kind: 'observation', at: at + after, observation: { at: at + after, ...facts, ...observed } });
  };
  if (random() < 0.35) return;
  see(750, { kind: 'shown' });
  const chance = random() / (facts.languageId === 'markdown' ? 0.5 : facts.languageId === 'go' ? 1.15 : 1);
  const wanted = acceptance[facts.sourceId] ?? 0.2;
  if (chance > wanted) {
    see(1800, { kind: 'ended', as: chance > 0.8 ? 'rejected' : chance > 0.7 ? 'typed' : 'replaced', visibleFor: 1700 });
    return;
  }
  see(1500, { kind: 'ended', as: chance < wanted * 0.15 ? 'partly-accepted' : 'accepted', visibleFor: 1400 });
  let similarity = 1;
  for (const afterSeconds of [30, 120, 300, 600]) {
    similarity *= 1 - random() * 0.16;
    see(1500 + afterSeconds * 1000, { kind: 'kept', afterSeconds, similarity: Math.round(similarity * 100) / 100 });
  }
}

function processRecord(at: number, ago: number, random: Random): JournalRecord {
  const isTight = ago < 1.6 && ago > 1.2;
  const heap = (210 + 60 * Math.sin(ago * 3) + 30 * random() + (isTight ? 480 : 0)) * megabyte;
  const lagP99 = 2 + 3 * random() + (isTight ? 25 : 0);
  return {
    kind: 'process',
    at,
    heap: Math.round(heap),
    heapLimit: 2096 * megabyte,
    rss: Math.round(heap + 190 * megabyte),
    ledger: Math.round((6 + 3 * random()) * megabyte),
    index: Math.round(58 * megabyte + 6 * random() * megabyte),
    lagMax: Math.round(lagP99 + 40 * random() ** 4 + (isTight ? 60 : 0)),
    lagP99: Math.round(lagP99 * 10) / 10,
    level: isTight ? 'elevated' : 'normal',
  };
}

/** Writes records as the journal of one window does. @returns files written */
export function writeJournal(folder: string, records: readonly JournalRecord[]): number {
  mkdirSync(folder, { recursive: true });
  let name = '';
  let lines: string[] = [];
  let bytes = 0;
  let files = 0;
  const flush = (): void => {
    if (lines.length > 0) appendFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
    lines = [];
  };
  records.forEach((record, index) => {
    if (name === '' || bytes > journalDefaults.file - 1024) {
      flush();
      name = newFileName(record.at - journalDefaults.before, (index + 1) / (records.length + 2));
      bytes = 0;
      files++;
    }
    const line = lineOf(record, index + 1, () => undefined) ?? '';
    lines.push(line);
    bytes += Buffer.byteLength(line) + 1;
  });
  flush();
  return files;
}
