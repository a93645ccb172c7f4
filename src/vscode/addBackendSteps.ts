import * as vscode from 'vscode';
import type { TestResult } from '../domain/backendTest.ts';
import type { ModelList } from '../domain/discovery.ts';
import { presets } from '../settings/presets.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { checkEntry, entryName, type RouteEntry } from '../settings/route.ts';
import type { Setup } from '../setup.ts';
import {
  addressNote,
  addressProblem,
  boundaryWords,
  defaultName,
  type Draft,
  draftOfDetected,
  nameProblem,
  settingOf,
  type StepName,
} from '../ui/addBackend.ts';
import { modelLines, placeLines, type ServerChoice, serverLines } from '../ui/addBackendItems.ts';
import { diagnose, diagnosisText, flawOf, passedText, type Diagnosed, type Diagnosis } from '../ui/diagnosis.ts';
import type { CommandPorts } from './commandPorts.ts';
import { readKeyInput } from './keyText.ts';
import { askText, type OpenList, pickOne, type StepEnd, type StepFrame } from './quickSteps.ts';

/** What every step works with. */
export interface AddContext {
  readonly ports: CommandPorts;
  readonly setup: Setup;
  /** The settings' list as it was at the beginning. */
  readonly shown: readonly unknown[];
  /** The entries beside this one, in the order of the route. */
  readonly others: readonly RouteEntry[];
  /** Present when an entry is edited: its place in the settings' list. */
  readonly index?: number;
}

/** How a step ended. `go`: to another step, to put something right. */
export type AddEnd =
  | { readonly kind: 'next'; readonly draft: Draft; readonly place?: number }
  | { readonly kind: 'go'; readonly step: StepName }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancel' };

export type AddStep = (draft: Draft, frame: StepFrame, context: AddContext) => Promise<AddEnd>;

/** One function for each step. */
export const addSteps: { readonly [Name in StepName]: AddStep } = {
  server: chooseServer,
  address: typeAddress,
  question: answerQuestion,
  key: typeKey,
  model: chooseModel,
  name: typeName,
  test: runTest,
  place: choosePlace,
};

async function chooseServer(_draft: Draft, frame: StepFrame, context: AddContext): Promise<AddEnd> {
  const inUse = context.others.flatMap(({ backend }) => (backend ? [backend.origin] : []));
  const detect = (list: OpenList<ServerChoice>): void => {
    list.setBusy(true);
    list.show(serverLines(undefined, presets, inUse));
    void context.setup.detect(list.signal).then((found) => {
      list.show(serverLines(found, presets, inUse));
      list.setBusy(false);
    });
  };
  const end = await pickOne<ServerChoice>({
    ...frame,
    placeholder: 'Where does the model run?',
    lines: serverLines(undefined, presets, inUse),
    load: detect,
    stays: (choice, list) => {
      if (choice.kind === 'again') detect(list);
      return choice.kind === 'again';
    },
  });
  if (end.kind !== 'next' || end.value.kind === 'again') return end.kind === 'next' ? { kind: 'cancel' } : end;
  // Another server is another start: nothing typed for the one before goes to it.
  if (end.value.kind === 'detected') return { kind: 'next', draft: draftOfDetected(end.value.server, presets) };
  const { preset } = end.value;
  return { kind: 'next', draft: { preset, ...(preset.baseUrl === undefined ? {} : { baseUrl: preset.baseUrl }) } };
}

async function typeAddress(draft: Draft, frame: StepFrame): Promise<AddEnd> {
  const end = await askText({
    ...frame,
    prompt: 'Base URL, with the path that comes before /completions or /models.',
    value: draft.baseUrl ?? '',
    placeholder: 'http://127.0.0.1:8080/v1',
    problem: (value) => addressProblem(value, draft),
    note: addressNote,
  });
  return mapped(end, (baseUrl) => (baseUrl === draft.baseUrl ? draft : withoutKey({ ...draft, baseUrl })));
}

/** A key that was typed for one address is not sent to another (law 13). */
function withoutKey(draft: Draft): Draft {
  const { key, ...others } = draft;
  return key === undefined ? draft : others;
}

async function answerQuestion(draft: Draft, frame: StepFrame): Promise<AddEnd> {
  const question = draft.preset?.question;
  if (!question) return { kind: 'next', draft };
  const problem = (value: string): string | undefined => {
    if (value.trim() === '') return 'This cannot be empty.';
    return checkEntry({ ...settingOf({ ...draft, answer: value }), model: 'model', name: 'name' }).problem;
  };
  const end = await askText({ ...frame, prompt: `${question.title}. ${question.prompt}`, value: draft.answer ?? question.value, problem });
  return mapped(end, (answer) => ({ ...draft, answer }));
}

async function typeKey(draft: Draft, frame: StepFrame, context: AddContext): Promise<AddEnd> {
  const { preset } = draft;
  const origin = originOf(draft);
  const stored = await storedKey(draft, context);
  const mayBeEmpty = (preset?.key !== 'required' && draft.detected?.state !== 'key-needed') || stored !== undefined;
  const empty =
    stored !== undefined ? ' Leave it empty to keep the stored one.' : mayBeEmpty ? ' Leave it empty if the server wants none.' : '';
  const end = await askText({
    ...frame,
    prompt: `API key. Kept in the safe of VS Code and sent to ${origin} only.${empty}`,
    value: draft.key ?? '',
    placeholder: preset?.keySource === undefined ? '' : `From: ${preset.keySource}`,
    password: true,
    problem: (value) => {
      if (value.trim() === '') return mayBeEmpty ? undefined : 'This server wants a key.';
      const read = readKeyInput(value);
      return read.kind === 'wrong' ? read.message : undefined;
    },
    ...(preset?.keySource === undefined ? {} : { help: preset.keySource }),
  });
  return mapped(end, (value) => {
    const read = readKeyInput(value);
    return read.kind === 'key' ? { ...draft, key: read.key } : withoutKey(draft);
  });
}

async function chooseModel(draft: Draft, frame: StepFrame, context: AddContext): Promise<AddEnd> {
  const listing = draft.preset?.models;
  if (listing === undefined || draft.baseUrl === undefined) return typeModel(draft, frame);
  const about = await diagnosed(draft, context);
  const { key } = about;
  const source = { baseUrl: draft.baseUrl, listing, ...(key === undefined ? {} : { key }), ...sentWith(draft) };
  const hint = (id: string): string | undefined => context.setup.hint(id);
  const known: ModelList | undefined = draft.detected?.state === 'ready' ? { ok: true, models: draft.detected.models, left: 0 } : undefined;
  type Choice = ReturnType<typeof modelLines>[number]['value'] & object;
  const load = (list: OpenList<Choice>): void => {
    list.setBusy(true);
    list.show([]);
    void context.setup.listModels(source, list.signal).then((models) => {
      list.show(modelLines(models, hint, about));
      list.setBusy(false);
    });
  };
  const end = await pickOne<Choice>({
    ...frame,
    placeholder: known ? 'Which model? Type to search.' : `Which model of ${new URL(draft.baseUrl).host}? Type to search.`,
    lines: known ? modelLines(known, hint, about) : [],
    isActive: (choice) => choice.kind === 'model' && choice.id === draft.model,
    ...(known ? {} : { load }),
    stays: (choice, list) => {
      if (choice.kind === 'again') load(list);
      return choice.kind === 'again';
    },
  });
  if (end.kind !== 'next') return end;
  if (end.value.kind === 'model') return { kind: 'next', draft: { ...draft, model: end.value.id } };
  if (end.value.kind === 'fix') return { kind: 'go', step: end.value.step };
  const typed = await typeModel(draft, { ...frame, canGoBack: true });
  // Back from the box is back to the list.
  return typed.kind === 'back' ? { kind: 'go', step: 'model' } : typed;
}

async function typeModel(draft: Draft, frame: StepFrame): Promise<AddEnd> {
  const word = draft.preset?.modelWord ?? 'model';
  const end = await askText({
    ...frame,
    prompt: `Name of the ${word}, exactly as the server knows it`,
    value: draft.model ?? '',
    problem: (value) => {
      if (value.trim() === '') return `The ${word} needs a name.`;
      return /\p{Cc}/u.test(value) ? 'The name holds a control character.' : undefined;
    },
  });
  return mapped(end, (model) => ({ ...draft, model: model.trim() }));
}

async function typeName(draft: Draft, frame: StepFrame, { others }: AddContext): Promise<AddEnd> {
  const taken = others.map(entryName);
  const end = await askText({
    ...frame,
    prompt: 'Name of this backend, as the status bar shows it',
    value: draft.name ?? defaultName(draft, taken),
    problem: (value) => nameProblem(value, taken),
  });
  return mapped(end, (name) => ({ ...draft, name: name.trim() }));
}

/** One completion of made-up code; when it fails, the person decides what to do about it. */
async function runTest(draft: Draft, _frame: StepFrame, context: AddContext): Promise<AddEnd> {
  const { backend, problem } = checkEntry(settingOf(draft));
  if (!backend) {
    void vscode.window.showErrorMessage(`Failsoft: this backend cannot be used: ${problem ?? ''}`);
    return { kind: 'go', step: 'model' };
  }
  const about = await diagnosed(draft, context);
  const result = await testWithProgress(backend, about.key, context);
  const diagnosis = result.ok ? flawOf(result) : diagnose(result.failure, about);
  if (diagnosis) return decide(result.ok, diagnosis, draft, backend);
  return { kind: 'next', draft: result.ok ? { ...draft, tested: passedText(result) } : draft };
}

/** Runs the test under a progress with a Cancel button. */
export function testWithProgress(
  backend: BackendSettings,
  key: string | undefined,
  { setup, ports }: Pick<AddContext, 'setup' | 'ports'>,
): Promise<TestResult> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Failsoft: testing ${backend.name} with a line of made-up code…`,
    cancellable: true,
  };
  const testing = vscode.window.withProgress(options, (_progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return setup.test(backend, { key, signal: controller.signal, deadlines: ports.session.settings.deadlines });
  });
  return Promise.resolve(testing);
}

async function decide(isAnswered: boolean, diagnosis: Diagnosis, draft: Draft, backend: BackendSettings): Promise<AddEnd> {
  const again = 'Try Again';
  const edit = 'Edit…';
  const anyway = draft.original === undefined ? 'Add Anyway' : 'Save Anyway';
  const title = isAnswered ? `${backend.name} answers, but` : `The test of ${backend.name} failed`;
  const picked = await vscode.window.showWarningMessage(title, { modal: true, detail: diagnosisText(diagnosis) }, again, edit, anyway);
  if (picked === again) return { kind: 'go', step: 'test' };
  if (picked === edit) return { kind: 'go', step: stepToFix(diagnosis, draft) };
  return picked === anyway ? { kind: 'next', draft } : { kind: 'cancel' };
}

/** A step that this draft does not have, such as the address of a service, cannot be the one to go back to. */
function stepToFix({ fix }: Diagnosis, { preset, detected, original }: Draft): StepName {
  if (fix === 'key' && preset !== undefined && preset.key !== 'none' && detected?.state !== 'ready') return 'key';
  if (fix === 'address') return original !== undefined || (preset?.fixedAddress !== true && detected === undefined) ? 'address' : 'server';
  return 'model';
}

async function choosePlace(draft: Draft, frame: StepFrame, { others }: AddContext): Promise<AddEnd> {
  const { backend } = checkEntry(settingOf(draft));
  const end = await pickOne<number>({
    ...frame,
    placeholder: [draft.tested && `It answers: ${draft.tested}.`, backend && boundaryWords(backend.boundary)].filter(Boolean).join(' '),
    lines: placeLines(others.map(entryName)),
    // Last changes least: what answers today goes on answering.
    isActive: (place) => place === others.length,
  });
  return end.kind === 'next' ? { kind: 'next', draft, place: end.value } : end;
}

/** What a diagnosis and a list of models need to know. The key: as typed, or the stored one of an edited entry, if its origin stays. */
async function diagnosed(draft: Draft, context: AddContext): Promise<Diagnosed & { readonly key: string | undefined }> {
  const key = draft.key ?? (await storedKey(draft, context));
  return { model: draft.model ?? '', hasKey: key !== undefined, key, ...(draft.baseUrl === undefined ? {} : { baseUrl: draft.baseUrl }) };
}

async function storedKey(draft: Draft, { ports }: AddContext): Promise<string | undefined> {
  const before = draft.original === undefined ? undefined : checkEntry(draft.original).backend;
  return before && before.origin === originOf(draft) ? ports.keys.get(before.name, before.origin) : undefined;
}

function originOf({ baseUrl }: Draft): string | undefined {
  return baseUrl === undefined ? undefined : new URL(baseUrl).origin;
}

/** Where the draft's requests would go, and what goes along. An address that cannot be read is not trusted with a key. */
function sentWith(draft: Draft): Pick<BackendSettings, 'boundary' | 'headers'> {
  const { backend } = checkEntry({ ...settingOf(draft), model: 'model', name: 'name' });
  const { boundary = 'vendor:unknown', headers } = backend ?? {};
  return { boundary, ...(headers === undefined ? {} : { headers }) };
}

function mapped(end: StepEnd<string>, draftOf: (value: string) => Draft): AddEnd {
  return end.kind === 'next' ? { kind: 'next', draft: draftOf(end.value) } : end;
}
