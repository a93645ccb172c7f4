import type { DetectedServer, ListedModel, ModelList } from '../domain/discovery.ts';
import type { Preset, PresetGroup } from '../settings/preset.ts';
import { serverLabel, sortedModels } from './addBackend.ts';
import { diagnose, type Diagnosed, type FixStep } from './diagnosis.ts';
import { withoutIcons } from './plainText.ts';

/** One line of a list to pick from. Without a value it is a heading. */
export interface PickLine<Value> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value?: Value;
  /** Stays in the list whatever is typed. */
  readonly always?: boolean;
}

/** What a person picks in the first step. */
export type ServerChoice =
  | { readonly kind: 'detected'; readonly server: DetectedServer }
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'again' };

const groupWords: { readonly [Group in PresetGroup]: string } = {
  machine: 'Servers that you run',
  gateway: 'Gateways',
  service: 'Services',
  editor: 'In VS Code',
};

/** The first step. @param found `undefined` while it is still looked for. @param inUse origins of the backends there are */
export function serverLines(
  found: readonly DetectedServer[] | undefined,
  offered: readonly Preset[],
  inUse: readonly string[],
): readonly PickLine<ServerChoice>[] {
  const lines: PickLine<ServerChoice>[] = [{ label: 'Found on this machine' }];
  if (found === undefined) lines.push({ label: '$(loading~spin) Detecting servers on this machine…', value: { kind: 'again' } });
  else if (found.length === 0) {
    lines.push({
      label: '$(refresh) No server found, detect again',
      description: 'Ollama, llama.cpp, LM Studio and vLLM are looked for on their usual ports',
      value: { kind: 'again' },
    });
  }
  for (const server of found ?? []) {
    lines.push({
      label: `$(vm-active) ${serverLabel(server.kind)}`,
      description: [
        new URL(server.origin).host,
        stateWords(server),
        ...(inUse.includes(server.origin) ? ['already in your list'] : []),
      ].join(' · '),
      value: { kind: 'detected', server },
    });
  }
  if (found && found.length > 0) lines.push({ label: '$(refresh) Detect again', value: { kind: 'again' } });
  for (const group of ['machine', 'gateway', 'service', 'editor'] as const) {
    const members = offered.filter((preset) => preset.group === group);
    if (members.length > 0) lines.push({ label: groupWords[group] });
    for (const preset of members)
      lines.push({ label: `$(${groupIcons[group]}) ${preset.label}`, description: preset.detail, value: { kind: 'preset', preset } });
  }
  return lines;
}

const groupIcons: { readonly [Group in PresetGroup]: string } = {
  machine: 'server',
  gateway: 'cloud',
  service: 'globe',
  editor: 'sparkle',
};

function stateWords({ state, models }: DetectedServer): string {
  if (state === 'loading') return 'loading its model';
  if (state === 'key-needed') return 'wants a key';
  const text = models.filter(({ makesText }) => makesText !== false);
  return text.length === 1 ? `1 model: ${withoutIcons(text[0]?.id ?? '', 60)}` : `${text.length} models`;
}

/** What a person picks in the model step. */
export type ModelChoice =
  | { readonly kind: 'model'; readonly id: string }
  | { readonly kind: 'type' }
  | { readonly kind: 'again' }
  | { readonly kind: 'fix'; readonly step: FixStep };

/** The model step: the list, or why there is none; typing the name always works. */
export function modelLines(list: ModelList, hint: (id: string) => string | undefined, about: Diagnosed): readonly PickLine<ModelChoice>[] {
  const typed: PickLine<ModelChoice> = { label: '$(edit) Type the name…', always: true, value: { kind: 'type' } };
  if (!list.ok) {
    const { what, cause, advice, fix } = diagnose(list.failure, about);
    return [
      {
        label: '$(error) The models could not be listed',
        detail: `${what} ${cause}`,
        value: fix ? { kind: 'fix', step: fix } : { kind: 'again' },
      },
      { label: '$(refresh) Try again', description: advice, value: { kind: 'again' } },
      ...(fix && fix !== 'model' ? [{ label: fixLabels[fix], value: { kind: 'fix', step: fix } } as const] : []),
      typed,
    ];
  }
  const models = sortedModels(list.models, hint);
  if (models.length === 0) {
    return [
      { label: '$(info) The server lists no models', detail: 'Install or load one there, then try again.', value: { kind: 'again' } },
      { label: '$(refresh) Try again', value: { kind: 'again' } },
      typed,
    ];
  }
  const more = list.left > 0 ? [{ label: `${list.left} more are not shown` }] : [];
  return [...models.map((model) => modelLine(model, hint)), ...more, typed];
}

function modelLine(model: ListedModel, hint: (id: string) => string | undefined): PickLine<ModelChoice> {
  const words = model.fillsMiddle === true ? 'made for completing code' : hint(model.id);
  const notes = [words, model.isLoaded === true ? 'loaded' : undefined, model.note].filter((part) => part !== undefined);
  const retires = model.retires === undefined ? [] : [`$(warning) ${withoutIcons(model.retires, 40)}`];
  return {
    label: withoutIcons(model.id, 200),
    ...(notes.length + retires.length === 0
      ? {}
      : { description: [...retires, ...notes.map((note) => withoutIcons(note, 120))].join(' · ') }),
    value: { kind: 'model', id: model.id },
  };
}

const fixLabels: { readonly [Step in FixStep]: string } = {
  address: '$(arrow-left) Correct the address',
  key: '$(arrow-left) Enter the key again',
  model: '$(arrow-left) Choose another model',
};

/** The places in the route. @param names of the backends there are, in their order. The value is the position in that list. */
export function placeLines(names: readonly string[]): readonly PickLine<number>[] {
  const shown = names.map((name) => withoutIcons(name, 60));
  return [
    { label: '$(arrow-up) First', description: 'asked at every keystroke, before all others', value: 0 },
    ...shown.slice(1).map((name, index) => ({
      label: `$(arrow-small-right) Before ${name}`,
      description: `asked when ${shown.slice(0, index + 1).join(', ')} cannot answer`,
      value: index + 1,
    })),
    { label: '$(arrow-down) Last', description: `asked when ${shown.join(', ')} cannot answer`, value: names.length },
  ];
}
