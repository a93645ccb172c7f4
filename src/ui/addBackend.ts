import type { DetectedServer, ListedModel, ServerKind } from '../domain/discovery.ts';
import type { Preset } from '../settings/preset.ts';
import { presets } from '../settings/presets.ts';
import { checkEntry } from '../settings/route.ts';
import { backendRules } from '../settings/schema.ts';
import type { Boundary } from '../settings/settings.ts';
import { isRecord } from '../settings/shownValue.ts';

/** The steps of adding or editing a backend, in their order. */
export const stepNames = ['server', 'address', 'question', 'key', 'model', 'name', 'test', 'place'] as const;
export type StepName = (typeof stepNames)[number];

/** What a person has said so far. Nothing of it is stored before the last step. */
export interface Draft {
  readonly preset?: Preset;
  readonly baseUrl?: string;
  /** To the preset's question. */
  readonly answer?: string;
  /** As typed; absent: none, or the stored one stays. */
  readonly key?: string;
  readonly model?: string;
  readonly name?: string;
  /** What the detected server said that it has, and whether it wants a key. */
  readonly detected?: DetectedServer;
  /** What the test said, when it was passed. */
  readonly tested?: string;
  /** The entry that is edited; what is not asked stays as it is. */
  readonly original?: Readonly<Record<string, unknown>>;
}

/** The steps that this draft needs. @param others how many backends there are beside this one */
export function stepsOf(draft: Draft, others: number): readonly StepName[] {
  const { preset, detected, original } = draft;
  const isNeeded: { readonly [Name in StepName]: boolean } = {
    server: original === undefined,
    address: preset?.baseUrl !== undefined && (original !== undefined || (preset.fixedAddress !== true && detected === undefined)),
    question: preset?.question !== undefined && original === undefined,
    key: preset !== undefined && preset.key !== 'none' && (detected === undefined || detected.state === 'key-needed'),
    model: true,
    name: true,
    test: true,
    place: original === undefined && others > 0,
  };
  return stepNames.filter((name) => isNeeded[name]);
}

/** Where a step stands among those a person sees: the test shows itself as a progress and is not counted. */
export function positionOf(step: StepName, steps: readonly StepName[]): { readonly step: number; readonly totalSteps: number } {
  const seen: readonly StepName[] = steps.filter((name) => name !== 'test');
  return { step: seen.indexOf(step) + 1, totalSteps: seen.length };
}

/** The step before this one that a person can answer; `undefined` at the first. */
export function stepBefore(step: StepName, steps: readonly StepName[]): StepName | undefined {
  return steps.slice(0, steps.indexOf(step)).findLast((name) => name !== 'test');
}

/** The step after this one; `undefined` at the last. */
export function stepAfter(step: StepName, steps: readonly StepName[]): StepName | undefined {
  return steps[steps.indexOf(step) + 1];
}

/** The setting that a draft stands for, as it is written. Fields of an edited entry that were not asked stay. */
export function settingOf(draft: Draft): Record<string, unknown> {
  const { preset, original, baseUrl, answer, model, name } = draft;
  return {
    ...original,
    ...(name === undefined ? {} : { name }),
    ...(preset && original === undefined ? { protocol: preset.protocol } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.trim().replace(/\/+$/, '') }),
    ...(model === undefined ? {} : { model }),
    ...(original === undefined ? preset?.setting : {}),
    ...(answer === undefined ? {} : preset?.question?.setting(answer.trim())),
  };
}

/** What is wrong with an address, in the words of the settings' parser; `undefined` when nothing is. */
export function addressProblem(value: string, draft: Draft): string | undefined {
  if (value.includes('YOUR-')) return 'Put the name of your own resource in the place of YOUR-RESOURCE.';
  const { backend, problem } = checkEntry({ ...settingOf({ ...draft, baseUrl: value }), model: 'model', name: 'name' });
  return backend ? undefined : (problem ?? 'This address cannot be used.');
}

/** What a person should know about an address that can be used. */
export function addressNote(value: string): string | undefined {
  const { backend } = checkEntry({ baseUrl: value, model: 'model' });
  if (!backend) return undefined;
  const open = backend.baseUrl.startsWith('http:') && !backend.loopback ? ' Without https, code and key travel unencrypted.' : '';
  return `${boundaryWords(backend.boundary)}${open}`;
}

/** Where code goes. */
export function boundaryWords(boundary: Boundary): string {
  if (boundary === 'local') return 'Your code stays on this machine.';
  if (boundary === 'private') return 'Your code goes to a server of your own network.';
  return `Your code goes to ${boundary.slice('vendor:'.length)}.`;
}

/** A name that no other backend has. */
export function defaultName(draft: Draft, taken: readonly string[]): string {
  const base = (draft.preset?.id ?? 'backend').replace(/^other-.*/, 'backend').replace(/-(?:openai|infill|gateway)$/, '');
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base} ${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** What is wrong with a name; `undefined` when nothing is. */
export function nameProblem(value: string, taken: readonly string[]): string | undefined {
  const name = value.trim();
  if (name === '') return 'A backend needs a name, as the status bar shows it.';
  if (name.length > backendRules.maximumNameLength)
    return `The name has ${name.length} characters, allowed are ${backendRules.maximumNameLength}.`;
  if (/\p{Cc}/u.test(name)) return 'The name holds a control character.';
  return taken.includes(name) ? `Another backend is named "${name}".` : undefined;
}

/** The presets for a detected server, the best first. */
const presetsOfKind: { readonly [Kind in ServerKind]: readonly string[] } = {
  ollama: ['ollama', 'ollama-openai'],
  llamacpp: ['llamacpp'],
  lmstudio: ['lmstudio'],
  vllm: ['vllm'],
  openai: ['other-completions'],
};

/** What choosing a detected server means. @param offered the presets of this version */
export function draftOfDetected(detected: DetectedServer, offered: readonly Preset[]): Draft {
  const preset = presetsOfKind[detected.kind].map((id) => offered.find((each) => each.id === id)).find((each) => each !== undefined);
  if (preset?.baseUrl === undefined) return { detected };
  const { pathname } = new URL(preset.baseUrl);
  return { preset, detected, baseUrl: `${detected.origin}${pathname === '/' ? '' : pathname}` };
}

/** A draft of an entry that stands in the settings. */
export function draftOfEntry(raw: unknown, preset: Preset | undefined): Draft | undefined {
  if (!isRecord(raw)) return undefined;
  const field = (name: string): { [key: string]: string } => (typeof raw[name] === 'string' ? { [name]: raw[name] } : {});
  return { original: raw, ...(preset ? { preset } : {}), ...field('baseUrl'), ...field('model'), ...field('name') };
}

/** What a detected server is called. */
export function serverLabel(kind: ServerKind): string {
  const id = presetsOfKind[kind][0];
  return kind === 'openai' ? 'OpenAI-compatible server' : (presets.find((preset) => preset.id === id)?.label ?? kind);
}

/** Models in the order in which they help: made for completing code, loaded, the rest; those that go away last. */
export function sortedModels(models: readonly ListedModel[], hint: (id: string) => string | undefined): readonly ListedModel[] {
  const ranked = models
    .filter(({ makesText }) => makesText !== false)
    .map((model) => ({ model, rank: rankOf(model, model.fillsMiddle === true || hint(model.id) !== undefined) }));
  return ranked.sort((one, other) => one.rank - other.rank || (one.model.id < other.model.id ? -1 : 1)).map(({ model }) => model);
}

function rankOf({ retires, isLoaded }: ListedModel, isMadeForCode: boolean): number {
  return (retires === undefined ? 0 : 8) + (isMadeForCode ? 0 : 4) + (isLoaded === true ? 0 : 1);
}
