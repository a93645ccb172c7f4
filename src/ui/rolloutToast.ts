import type { RolloutDecision, RolloutSnapshot } from '../domain/rollout.ts';
import { oneLine } from './plainText.ts';
import { sentence, versionText } from './rolloutWords.ts';

/** A rollback as it is told, once. */
export interface RolloutToast {
  /** What was told already is not told again: one key a decision. */
  readonly key: string;
  readonly message: string;
}

/**
 * What a person is told of a rollback that they did not ask for: what, why with the figure, and what happens now.
 *
 * @returns `undefined` while there is nothing to tell
 */
export function rollbackToast(snapshot: RolloutSnapshot): RolloutToast | undefined {
  if (snapshot.phase.kind !== 'rolled-back') return undefined;
  const decision = snapshot.history.find(({ action }) => action === 'roll-back');
  // Who took it back knows.
  if (!decision || decision.by === 'person') return undefined;
  return { key: toastKey(snapshot.name, decision), message: messageOf(snapshot, decision) };
}

function toastKey(name: string, { manifest, revision }: RolloutDecision): string {
  return `${name} ${manifest} ${revision}`;
}

function messageOf({ candidate, baseline }: RolloutSnapshot, { reason, by }: RolloutDecision): string {
  const who = by === 'flag' ? ' by the flag of the fleet' : '';
  const why = reason.trim() === '' ? '.' : `: ${sentence(oneLine(reason, 200))}`;
  const text = `Failsoft: the new model ${versionText(candidate)} was taken back${who}${why} You are back on ${versionText(baseline)}. Nothing to do.`;
  // The editor makes a link of `[x](command:y)`, whoever wrote it.
  return text.replaceAll('](', '] (');
}
