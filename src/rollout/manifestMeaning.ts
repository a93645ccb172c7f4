import { findNodeAtLocation, type JSONPath, type Node } from 'jsonc-parser';
import { show } from '../settings/shownValue.ts';
import type { ManifestFile } from './manifestFile.ts';
import type { ManifestProblems } from './manifestProblem.ts';
import { isNamed, nameOf } from './plan.ts';

/** What no rule of a single value can say: whether the values of a policy file go together. */
export function checkMeaning(file: ManifestFile, root: Node, problems: ManifestProblems): void {
  const add = (path: JSONPath, message: string): void => {
    const named = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
    problems.add(named.replace(/^\./, ''), findNodeAtLocation(root, path) ?? { offset: root.offset, length: 1 }, message);
  };
  checkStages(file, add);
  checkVersions(file, add);
  if (file.evidence.kind === 'fleet' && file.evidence.url === undefined) {
    add(['evidence'], 'evidence.url is missing, allowed is an http or https address: the counts of a fleet come from somewhere');
  }
  if (file.evidence.kind === 'own' && file.evidence.url !== undefined) {
    add(['evidence', 'url'], `evidence.url is ${show(file.evidence.url)}, allowed is an address only with "kind": "fleet"`);
  }
}

type Add = (path: JSONPath, message: string) => void;

function checkStages({ stages }: ManifestFile, add: Add): void {
  for (const [index, { percent }] of stages.entries()) {
    const before = stages[index - 1]?.percent ?? 0;
    if (percent <= before) {
      add(
        ['stages', index, 'percent'],
        `stages[${index}].percent is ${percent}, allowed is more than the ${before} of the stage before, up to 100`,
      );
    }
  }
  const last = stages.length - 1;
  const end = stages[last]?.percent ?? 0;
  if (end !== 100) add(['stages', last, 'percent'], `the last stage is at ${end} %, allowed is 100: a rollout ends with everybody`);
}

function checkVersions({ baseline, candidate, pinned }: ManifestFile, add: Add): void {
  if (candidate.backend === baseline.backend && candidate.model === baseline.model && candidate.fim === baseline.fim) {
    add(['candidate'], `candidate is ${nameOf(candidate)}, the same as baseline; allowed is another backend, model or fim`);
  }
  if (pinned === undefined) return;
  if (!isNamed(candidate, pinned) && !isNamed(baseline, pinned)) {
    add(
      ['pinned'],
      `pinned is ${show(pinned)}, allowed is the model of the baseline (${nameOf(baseline)}) or of the candidate (${nameOf(candidate)})`,
    );
  }
}
