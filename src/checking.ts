import type { Clock } from './base/clock.ts';
import { createHttpClient } from './base/http.ts';
import { messageOf } from './base/logger.ts';
import type { Random } from './base/random.ts';
import { systemDisk } from './base/sourceDisk.ts';
import { systemFolders } from './base/sourceFolders.ts';
import { readArgs } from './cli/args.ts';
import { bench } from './cli/bench.ts';
import { capacity, remoteProblem } from './cli/capacity.ts';
import { CannotBeDone, type Command, exitCodes, UsageError } from './cli/command.ts';
import { verify } from './cli/verify.ts';
import { keyVariable } from './cli/versions.ts';
import { type Arm, arms, type ReadinessCheck } from './domain/rollout.ts';
import type { KeyStore } from './domain/service.ts';
import { rehearse } from './rehearsing.ts';
import type { Manifest } from './rollout/policy.ts';
import type { BackendSettings, DeadlineSettings } from './settings/settings.ts';
import { placeOf } from './ui/dataBoundary.ts';
import { rehearsalMarkdown, rehearsalSummary } from './ui/rehearsalText.ts';

/** What the checks of a candidate need of the window. */
export interface CheckingPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: KeyStore;
  readonly backends: () => readonly BackendSettings[];
  /** As the person has set them. Default: those of a person who has set none. */
  readonly deadlines?: DeadlineSettings;
  /** `failsoft.disabledLanguages` in that folder: no code of these is asked about. */
  readonly disabledLanguages?: unknown;
  /** Of the workspace, absolute; its code is asked about, too. */
  readonly folder: string | undefined;
  /** Whether code of the workspace may go to this boundary (law 13). */
  readonly mayHaveCode: (boundary: string) => boolean;
}

/** How a check ended. */
export type Checked =
  | {
      readonly kind: 'done';
      readonly verdict: 'passed' | 'failed' | 'inconclusive';
      readonly summary: string;
      /** Markdown. */
      readonly report: string;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'impossible'; readonly reason: string };

/** How far it is. @param share of the whole, 0…1; `undefined` while nobody knows */
export type OnCheck = (words: string, share?: number) => void;

const settingsName = 'settings.json';

/**
 * Makes one check of the candidate of a policy: the same commands as on the command line, with the backends and keys of the window. Never
 * rejects; an aborted signal ends it soon.
 */
export async function runCheckOf(
  check: Exclude<ReadinessCheck, 'shadow'>,
  manifest: Manifest,
  ports: CheckingPorts,
  signal: AbortSignal,
  onProgress: OnCheck,
): Promise<Checked> {
  try {
    if (check === 'rollback-rehearsal') {
      const report = await rehearse({ ...ports, signal, onProgress: (share, words) => onProgress(words, share) });
      return { kind: 'done', verdict: report.verdict, summary: rehearsalSummary(report), report: rehearsalMarkdown(report) };
    }
    return await runCommand(check, manifest, ports, signal, onProgress);
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    const isSaid = error instanceof UsageError || error instanceof CannotBeDone;
    return { kind: 'impossible', reason: isSaid ? error.message : `a bug of ours: ${messageOf(error)}` };
  }
}

const commands = { benchmark: bench, 'prompt-compatibility': verify, capacity } as const satisfies Record<string, Command>;

async function runCommand(
  check: keyof typeof commands,
  manifest: Manifest,
  ports: CheckingPorts,
  signal: AbortSignal,
  onProgress: OnCheck,
): Promise<Checked> {
  const versions = { baseline: versionOf('baseline', manifest, ports), candidate: versionOf('candidate', manifest, ports) };
  refuse(check, versions, manifest, ports);
  const asked = [versions.baseline, versions.candidate];
  const http = createHttpClient();
  try {
    const command = commands[check];
    const { exit, summary, markdown } = await command.run({
      ...ports,
      args: readArgs(wordsFor(check, manifest, ports), command.flags),
      progress: (line) => onProgress(line),
      note: (line) => onProgress(line),
      signal,
      http,
      files: {
        read: () => Buffer.from(settingsText(asked, ports)),
        replace: () => undefined,
      },
      disk: { ...systemDisk, ...systemFolders },
      env: await keysOf(manifest, ports),
      folder: '/',
    });
    if (signal.aborted) return { kind: 'stopped' };
    const verdict = exit === exitCodes.passed ? 'passed' : exit === exitCodes.failed ? 'failed' : 'inconclusive';
    return { kind: 'done', verdict, summary, report: markdown };
  } finally {
    http.dispose();
  }
}

/** What the commands would refuse, too, in words for somebody who gives no flags. @throws CannotBeDone */
function refuse(
  check: keyof typeof commands,
  versions: Readonly<Record<Arm, BackendSettings>>,
  { capacity }: Manifest,
  { folder, mayHaveCode }: CheckingPorts,
): void {
  const remote = check === 'capacity' && capacity.ramp !== 'anywhere' ? remoteProblem(versions.candidate) : undefined;
  if (remote !== undefined)
    throw new CannotBeDone(`${remote}; the policy allows it with "capacity": { "ramp": "anywhere" } when whoever runs it knows`);
  if (check !== 'benchmark' || folder === undefined) return;
  // As for a keystroke: what the person said of this workspace holds, for the baseline, too.
  const shut = arms.find((arm) => !mayHaveCode(versions[arm].boundary));
  if (shut !== undefined) {
    throw new CannotBeDone(
      `code of this workspace may not go to ${placeOf(versions[shut].boundary)}, where the ${shut} is; “Failsoft: Choose Where Code May Go…” decides that, and a window without a folder asks about no code of yours`,
    );
  }
}

function wordsFor(check: keyof typeof commands, { candidate, capacity, stages }: Manifest, { folder }: CheckingPorts): string[] {
  const named = ['--settings', settingsName, '--candidate', 'candidate'];
  if (check === 'prompt-compatibility') return [...named, '--baseline', 'baseline'];
  if (candidate.maxTokens !== undefined) named.push('--max-tokens', String(candidate.maxTokens));
  if (check === 'benchmark') return [...named, '--baseline', 'baseline', ...(folder === undefined ? [] : ['--folder', folder])];
  const { peakRate, servers, leastServers, slots, ramp } = capacity;
  return [
    ...named,
    ...['--stages', stages.map(({ percent }) => percent).join(',')],
    ...['--servers', String(servers), '--least-servers', String(Math.min(servers, leastServers))],
    ...(peakRate === undefined ? [] : ['--peak-rate', String(peakRate)]),
    ...(slots === undefined ? [] : ['--slots', String(slots)]),
    ...(ramp === 'anywhere' ? ['--allow-remote'] : []),
  ];
}

/** A version as a backend of its own, named after its part. */
function versionOf(arm: Arm, manifest: Manifest, { backends }: CheckingPorts): BackendSettings {
  const { backend, model, fim } = manifest[arm];
  const found = backends().find(({ name }) => name === backend);
  if (!found) throw new CannotBeDone(`the backend ${backend} of the ${arm} is not configured`);
  return { ...found, name: arm, model, ...(fim === undefined ? {} : { fim }) };
}

/** The settings that a command reads. */
function settingsText(asked: readonly BackendSettings[], { deadlines, disabledLanguages }: CheckingPorts): string {
  const backends = asked.map(settingOf);
  return JSON.stringify({
    'failsoft.backends': backends,
    'failsoft.deadlines': deadlines,
    'failsoft.disabledLanguages': disabledLanguages,
  });
}

/** As it would stand in the settings; what is derived there is derived again. */
function settingOf(backend: BackendSettings): object {
  return { ...backend, origin: undefined, loopback: undefined };
}

/** The keys of both, each under the name that its version has here. */
async function keysOf(manifest: Manifest, { keys, backends }: CheckingPorts): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const arm of arms) {
    const { backend } = manifest[arm];
    const origin = backends().find(({ name }) => name === backend)?.origin;
    const key = origin === undefined ? undefined : await keys.get(backend, origin);
    if (key !== undefined) found[keyVariable(arm)] = key;
  }
  return found;
}
