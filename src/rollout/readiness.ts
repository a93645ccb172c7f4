import type { EpochMillis } from '../base/clock.ts';
import type { StampedFolder } from '../base/stampedFolder.ts';
import { readinessChecks, type ReadinessCheck, type ReadinessEvidence, type ReadinessItem } from '../domain/rollout.ts';
import { isReadinessEvidence } from '../domain/rolloutShape.ts';
import type { Manifest } from './policy.ts';
import type { RolloutState } from './state.ts';

const fileName = 'readiness.jsonl';

/** Evidence is some hundred bytes a line. */
const largest = 1024 * 1024;

/** What was proven about candidates, one line each, appended. */
export class ReadinessFile {
  readonly #folder: StampedFolder;
  #stamp: string | undefined;
  #evidence: readonly ReadinessEvidence[] = [];

  constructor(folder: StampedFolder) {
    this.#folder = folder;
  }

  /** The latest of each check for these versions. Lines that cannot be read are no evidence. */
  latest(versions: string): ReadonlyMap<ReadinessCheck, ReadinessEvidence> {
    this.#look();
    return new Map(this.#evidence.filter((each) => each.versions === versions).map((each) => [each.check, each]));
  }

  /** @throws Error when it cannot be written */
  add(evidence: ReadinessEvidence): void {
    this.#folder.append(fileName, JSON.stringify(evidence));
  }

  #look(): void {
    try {
      const stamp = this.#folder.stamp(fileName);
      if (stamp === this.#stamp) return;
      const lines = (this.#folder.read(fileName, largest) ?? '').split('\n');
      this.#evidence = lines.flatMap((line) => evidenceOf(line) ?? []);
      this.#stamp = stamp;
    } catch {
      // What cannot be read proves nothing, this time.
      this.#evidence = [];
      this.#stamp = undefined;
    }
  }
}

function evidenceOf(line: string): ReadinessEvidence | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isReadinessEvidence(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The checklist: each check with what is known of it. A clock that was set back makes no evidence newer than it is. */
export function checklist(
  manifest: Manifest,
  evidence: ReadonlyMap<ReadinessCheck, ReadinessEvidence>,
  { overrides, history }: Pick<RolloutState, 'overrides' | 'history'>,
  now: EpochMillis,
): ReadinessItem[] {
  // Copies are a phase of this rollout: what those of an earlier one showed has led to where that one is now.
  const begunAt = history.find(({ action }) => action === 'begin')?.at ?? 0;
  return readinessChecks.map((check) => {
    const known = evidence.get(check);
    const found = check === 'shadow' && known !== undefined && known.at < begunAt ? undefined : known;
    // What was seen after a person did without the check counts more than their word.
    const isOutdated = found?.verdict === 'failed' && found.at > (overrides[check]?.at ?? Infinity);
    const override = isOutdated ? undefined : overrides[check]?.reason;
    const severity = manifest.readiness[check] === 'block' ? 'blocks' : 'warns';
    const isOld = check === 'rollback-rehearsal' && found !== undefined && Math.abs(now - found.at) > manifest.rehearsalFor;
    const proven = found === undefined ? 'missing' : found.verdict === 'passed' && isOld ? 'expired' : found.verdict;
    const state = proven !== 'passed' && override !== undefined ? 'overridden' : proven;
    return { check, severity, state, ...(found ? { evidence: found } : {}), ...(override === undefined ? {} : { override }) };
  });
}
