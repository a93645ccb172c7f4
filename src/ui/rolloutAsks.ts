import { type ModelVersion, percentIn, type RolloutAction, type RolloutSnapshot } from '../domain/rollout.ts';
import type { PickLine } from './addBackendItems.ts';
import { oneLine } from './plainText.ts';
import { actionText, checkWords, gateWords, phaseSentence, readinessWords, versionText } from './rolloutWords.ts';

/** Longest reason that is kept, in UTF-16 units; `RolloutWish` says so. */
export const longestReason = 200;

/** What a person is asked before something is decided. */
export interface RolloutAsk {
  readonly title: string;
  /** What it is about: a model, or a check. Absent: nothing has to be chosen. */
  readonly subjects?: { readonly placeholder: string; readonly lines: readonly PickLine<string>[] };
  /** `none`: it is done at once. */
  readonly reason: 'none' | 'optional' | 'required';
  /** Above the line for the reason. */
  readonly prompt: string;
}

/**
 * What has to be asked before an action. Going back to the baseline asks nothing: nobody looks for words while something is on fire.
 *
 * @param versions all that is configured, for what can be blocked
 */
export function rolloutAsk(action: RolloutAction, snapshot: RolloutSnapshot, versions: readonly ModelVersion[]): RolloutAsk {
  const title = actionText(action, snapshot);
  const kept = 'It is kept in the history; Enter alone gives none.';
  const asked = 'The reason is kept in the history.';
  switch (action) {
    case 'roll-back':
    case 'unpin':
      return { title, reason: 'none', prompt: '' };
    case 'override': {
      const lines = snapshot.readiness
        .filter(({ state }) => state !== 'passed' && state !== 'overridden')
        .map(({ check, state, evidence }) => ({
          label: checkWords[check],
          description: readinessWords[state].words,
          value: check,
          ...(evidence ? { detail: oneLine(evidence.summary, 200) } : {}),
        }));
      const prompt = `Why may the rollout go on without it? ${asked}`;
      return { title, subjects: { placeholder: 'Which check?', lines }, reason: 'required', prompt };
    }
    case 'pin':
    case 'block':
      return {
        title,
        subjects: { placeholder: placeholders[action], lines: modelLines(snapshot, versions, action) },
        ...(action === 'block' ? { reason: 'required', prompt: `Why? ${asked}` } : { reason: 'optional', prompt: `Why? ${kept}` }),
      };
    case 'unblock':
      return {
        title,
        subjects: { placeholder: 'Which model may become a candidate again?', lines: snapshot.blocked.map((model) => line(model)) },
        reason: 'optional',
        prompt: `Why? ${kept}`,
      };
    default: {
      const isNeeded = needsReason(action, snapshot);
      return { title, reason: isNeeded ? 'required' : 'optional', prompt: `${meaning(action, snapshot)} Why? ${isNeeded ? asked : kept}` };
    }
  }
}

/** Going on without proof, and letting in again what was taken back, is only done for a reason. */
function needsReason(action: RolloutAction, { gates, phase }: RolloutSnapshot): boolean {
  if (action === 'reset') return phase.kind === 'rolled-back';
  return (action === 'advance' || action === 'finish') && gates.some(({ verdict }) => verdict !== 'holds');
}

const placeholders = { pin: 'Which model stays, whatever else is said?', block: 'Which model must never become a candidate?' } as const;

/** What a promotion rests on, and what the other moves mean for people. */
function meaning(action: RolloutAction, { gates, phase, baseline, candidate }: RolloutSnapshot): string {
  switch (action) {
    case 'advance': {
      const open = gates.filter(({ verdict }) => verdict !== 'holds').map(({ gate }) => gateWords[gate].toLowerCase());
      const names = [...new Set(open)].join(', ');
      return names === '' ? 'Every gate holds.' : `Not proven yet: ${names}.`;
    }
    case 'begin':
      return `${versionText(candidate)} is checked first; nobody has it before the first stage.`;
    case 'pause':
      return percentIn(phase) > 0 ? `${percentIn(phase)} % keep the candidate, nobody new gets it.` : 'Nobody gets the candidate.';
    case 'reset':
      return `The rollout is as if it had not begun; ${versionText(baseline)} stays. Its evidence is not used again.`;
    case 'finish':
      return `${versionText(candidate)} is what everybody has from now on.`;
    default:
      return '';
  }
}

function modelLines(snapshot: RolloutSnapshot, versions: readonly ModelVersion[], action: 'pin' | 'block'): PickLine<string>[] {
  const { baseline, candidate, pinned, blocked } = snapshot;
  const taken = action === 'pin' ? [pinned] : blocked;
  // What is pinned is one of the two; what is blocked may be a model that nobody has named yet in a policy.
  const all = action === 'pin' ? [baseline, candidate] : [candidate, ...versions, baseline];
  const models = [...new Set(all.map(({ model }) => model))].filter((model) => !taken.includes(model));
  return models.map((model) =>
    line(model, model === baseline.model ? 'the baseline' : model === candidate.model ? 'the candidate' : undefined),
  );
}

function line(model: string, description?: string): PickLine<string> {
  // A pick list makes icons of `$(name)`.
  const label = oneLine(model, 100).replaceAll('$(', '$ (');
  return { label, value: model, ...(description === undefined ? {} : { description }) };
}

/** What is wrong with a reason; `undefined`: nothing is. */
export function reasonProblem(text: string, need: RolloutAsk['reason']): string | undefined {
  const length = text.trim().length;
  if (length > longestReason) return `A reason has at most ${longestReason} characters; this one has ${length}.`;
  return need === 'required' && length === 0 ? 'A reason is needed: who comes later wants to know why.' : undefined;
}

/** Why an action is not offered now. */
export function notPossible(action: RolloutAction, snapshot: RolloutSnapshot): string {
  return `“${actionText(action, snapshot)}” is not possible now. ${phaseSentence(snapshot.phase)}`;
}
