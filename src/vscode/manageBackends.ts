import * as vscode from 'vscode';
import { entryName, type RouteEntry, routeEntries, withMoved, withoutEntry } from '../settings/route.ts';
import { actionLines, type EntryAction, manageLines, type ManageChoice } from '../ui/manageBackends.ts';
import { addBackend, editBackend } from './addBackend.ts';
import { readRoute, sayNoList, writeChange } from './backendsSetting.ts';
import type { CommandPorts } from './commandPorts.ts';
import { setApiKey } from './keyCommands.ts';
import { pickOne } from './quickSteps.ts';
import { testBackends } from './testBackends.ts';

/** Shows the route and what can be done with each backend of it, until it is left with Escape. */
export async function manageBackends(ports: CommandPorts): Promise<void> {
  let active: number | undefined;
  for (;;) {
    const raw = readRoute();
    if (!raw) return sayNoList();
    const entries = routeEntries(raw);
    const end = await pickOne<ManageChoice>({
      title: 'Backends of Failsoft',
      step: 1,
      totalSteps: 1,
      canGoBack: false,
      placeholder: entries.length === 0 ? 'No backend yet: suggestions are local' : 'Pick a backend to test, edit, move or remove it',
      lines: manageLines(entries, ports.session.snapshot().sources),
      isActive: (choice) => choice.kind === 'entry' && choice.index === active,
    });
    if (end.kind !== 'next') return;
    if (end.value.kind === 'add') return addBackend(ports);
    if (end.value.kind === 'test-all') return testBackends(ports);
    const { index } = end.value;
    const entry = entries[index];
    active = entry ? await manageEntry(entry, raw, ports) : undefined;
    if (active === undefined) return;
  }
}

/** Does one thing with an entry. @returns its place afterwards, to go on with the list; `undefined` when the person is done */
async function manageEntry(entry: RouteEntry, raw: readonly unknown[], ports: CommandPorts): Promise<number | undefined> {
  const { index, backend } = entry;
  const end = await pickOne<EntryAction>({
    title: entryName(entry),
    step: 1,
    totalSteps: 1,
    canGoBack: true,
    placeholder: entry.problem ?? 'What should be done with it?',
    lines: actionLines(entry, raw.length),
  });
  if (end.kind === 'back') return index;
  if (end.kind === 'cancel') return undefined;
  switch (end.value) {
    case 'test':
      await testBackends(ports, backend?.name);
      return undefined;
    case 'edit':
      await editBackend(ports, index);
      return undefined;
    case 'up':
      return (await writeChange(raw, withMoved(raw, index, -1))) ? index - 1 : undefined;
    case 'down':
      return (await writeChange(raw, withMoved(raw, index, 1))) ? index + 1 : undefined;
    case 'key':
      await setApiKey(ports, backend?.name);
      return undefined;
    case 'remove':
      return (await remove(entry, raw, ports)) ? Math.max(0, index - 1) : index;
  }
}

/** Removes an entry after a confirmation; its key goes only if the person says so. */
async function remove(entry: RouteEntry, raw: readonly unknown[], { keys }: CommandPorts): Promise<boolean> {
  const { backend } = entry;
  const key = backend && (await keys.get(backend.name, backend.origin));
  const withKey = 'Remove with Its Key';
  const keepKey = key === undefined ? 'Remove' : 'Remove, Keep the Key';
  const detail =
    key === undefined
      ? 'It is taken out of your settings.'
      : `It is taken out of your settings. A key for ${backend?.origin ?? ''} is stored.`;
  const buttons = key === undefined ? [keepKey] : [withKey, keepKey];
  const picked = await vscode.window.showWarningMessage(`Remove ${entryName(entry)}?`, { modal: true, detail }, ...buttons);
  if (picked === undefined) return false;
  if (!(await writeChange(raw, withoutEntry(raw, entry.index)))) return false;
  if (picked === withKey && backend) await keys.clear(backend.name, backend.origin);
  return true;
}
