import * as vscode from 'vscode';
import { messageOf } from '../base/logger.ts';
import { presetOf } from '../settings/presets.ts';
import { checkEntry, routeEntries, withEntry, withReplaced } from '../settings/route.ts';
import { backendRules } from '../settings/schema.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { isRecord } from '../settings/shownValue.ts';
import { type Draft, draftOfEntry, positionOf, settingOf, stepAfter, stepBefore, type StepName, stepsOf } from '../ui/addBackend.ts';
import { type AddContext, type AddStep, addSteps } from './addBackendSteps.ts';
import { readRoute, sayNoList, writeChange, writeRoute } from './backendsSetting.ts';
import { createSetup } from '../setup.ts';
import type { CommandPorts } from './commandPorts.ts';

/** Adds a backend to the person's route, step by step. Left with Escape, it changes nothing. */
export async function addBackend(ports: CommandPorts): Promise<void> {
  const raw = readRoute();
  if (!raw) return sayNoList();
  if (raw.length >= backendRules.maximumCount) {
    void vscode.window.showInformationMessage(
      `Failsoft: the list has ${raw.length} backends, allowed are ${backendRules.maximumCount}. Remove one first.`,
    );
    return;
  }
  await run(ports, {}, raw);
}

/** Edits an entry of the person's route. @param index its place in the settings' list */
export async function editBackend(ports: CommandPorts, index: number): Promise<void> {
  const raw = readRoute();
  if (!raw) return sayNoList();
  const entry = raw[index];
  const { backend } = isRecord(entry) ? checkEntry(entry) : {};
  const protocol = backend?.protocol ?? 'openai-completions';
  const draft = draftOfEntry(entry, presetOf({ protocol, baseUrl: backend?.baseUrl }));
  if (draft) await run(ports, draft, raw, index);
}

async function run(ports: CommandPorts, start: Draft, raw: readonly unknown[], index?: number): Promise<void> {
  const others = routeEntries(raw).filter((entry) => entry.index !== index);
  const setup = createSetup(ports.setup);
  const context: AddContext = { ports, setup, others, shown: raw, ...(index === undefined ? {} : { index }) };
  try {
    const end = await walk(context, start);
    if (end) await save(context, end.draft, end.place);
  } finally {
    setup.dispose();
  }
}

/** Goes through the steps, forwards and back. @returns `undefined` when it was left */
async function walk(context: AddContext, start: Draft): Promise<{ readonly draft: Draft; readonly place: number } | undefined> {
  let draft = start;
  let place = context.others.length;
  let step: StepName | undefined = stepsOf(draft, context.others.length)[0];
  while (step !== undefined) {
    const steps: readonly StepName[] = stepsOf(draft, context.others.length);
    const before = stepBefore(step, steps);
    const ask: AddStep = addSteps[step];
    const title = context.index === undefined ? 'Add a backend' : `Edit ${draft.name ?? 'a backend'}`;
    const end = await ask(draft, { title, ...positionOf(step, steps), canGoBack: before !== undefined }, context);
    if (end.kind === 'cancel') return undefined;
    if (end.kind === 'back') step = before;
    else if (end.kind === 'go') step = end.step;
    else {
      draft = end.draft;
      place = end.place ?? place;
      step = stepAfter(step, stepsOf(draft, context.others.length));
    }
  }
  return { draft, place };
}

/** Stores the key, then writes the setting: the first request finds both. A setting that is not written leaves the keys as they were. */
async function save(context: AddContext, draft: Draft, place: number): Promise<void> {
  const { keys, log } = context.ports;
  const setting = settingOf(draft);
  const { backend } = checkEntry(setting);
  const raw = readRoute();
  if (!backend || !raw) return sayNoList();
  const before = draft.original === undefined ? undefined : checkEntry(draft.original).backend;
  // A key stays with its origin: after a change of the address it has to be typed again.
  const key = draft.key ?? (before?.origin === backend.origin ? await keys.get(before.name, before.origin) : undefined);
  const present = await keys.get(backend.name, backend.origin);
  let failure: string | undefined;
  try {
    if (key !== undefined) await keys.set(backend.name, backend.origin, key);
    if (await write(context, raw, setting, place)) {
      if (before && !isSame(before, backend)) await keys.clear(before.name, before.origin);
      sayDone(context, backend, place, draft.tested);
      return;
    }
  } catch (error) {
    failure = messageOf(error);
    log.error(`add backend: the setting could not be written: ${failure}`);
  }
  if (key !== undefined) {
    if (present === undefined) await keys.clear(backend.name, backend.origin);
    else await keys.set(backend.name, backend.origin, present);
  }
  if (failure !== undefined) sayNotSaved(context, draft, place, failure);
}

/** What was typed in so many steps is not lost with a mistake in the settings file: once that is mended, it is saved as it was. */
function sayNotSaved(context: AddContext, draft: Draft, place: number, failure: string): void {
  const again = 'Try Again';
  void vscode.window
    .showErrorMessage(`Failsoft: the backend was not saved: ${failure}`, again)
    .then((picked) => (picked === again ? save(context, draft, place) : undefined))
    // Nobody waits for it any more: the safe of the keys may refuse, too.
    .then(undefined, (error: unknown) => context.ports.log.error(`add backend: ${messageOf(error)}`));
}

async function write({ index, others, shown }: AddContext, raw: readonly unknown[], setting: unknown, place: number): Promise<boolean> {
  if (index !== undefined) return writeChange(shown, withReplaced(shown, setting, index));
  // An entry more fits into any list, also one that has changed meanwhile.
  await writeRoute(withEntry(raw, setting, Math.min(others[place]?.index ?? raw.length, raw.length)));
  return true;
}

function isSame(one: BackendSettings | undefined, other: BackendSettings): boolean {
  return one !== undefined && one.name === other.name && one.origin === other.origin;
}

function sayDone({ others, index }: AddContext, { name }: BackendSettings, place: number, tested = ''): void {
  const where =
    others.length === 0
      ? ''
      : place === 0
        ? ', first in the route'
        : place >= others.length
          ? ', last in the route'
          : `, number ${place + 1} in the route`;
  const said = index === undefined ? `${name} is added${where}.` : `${name} is changed.`;
  const manage = 'Manage Backends…';
  const message = `Failsoft: ${said}${tested === '' ? '' : ` It answers: ${tested}.`}`;
  void vscode.window.showInformationMessage(message, manage).then((picked) => {
    if (picked === manage) void vscode.commands.executeCommand('failsoft.manageBackends');
  });
}
