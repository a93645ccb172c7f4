import type { Event } from '../base/event.ts';
import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { JournalRecord } from '../domain/record.ts';
import type { EnginePorts, PressureGuard } from '../engine.ts';
import type { CommandPorts } from './commandPorts.ts';
import { registerCommands } from './commands.ts';
import { type LanguageModelPorts, languageModelSource } from './languageModelSource.ts';
import type { LateRecording, LateRecordingPorts } from './lateRecording.ts';
import type { Log } from './log.ts';
import { createMemory } from './memory.ts';
import type { RegisteredSources } from './registeredSources.ts';
import type { SafeMode } from './safeMode.ts';
import type { Session } from './session.ts';
import type { WindowRollout } from './windowRollout.ts';

type Changing = { readonly onDidChange: Event<unknown> };

/** Every command; those of the rollout act on what this window has of it. */
export function commandsOf(ports: CommandPorts, rollout: WindowRollout, { subscriptions }: vscode.ExtensionContext): Disposable[] {
  const own = (part: Disposable): void => void subscriptions.push(part);
  const all = {
    ...ports,
    rollout: { control: Promise.resolve(rollout), checks: rollout.checks, policyFile: () => ports.session.settings.rollout.policy, own },
  };
  return registerCommands(all);
}

/** What the journal is told of that does not come from the engine: how the window fares, and how others ended. */
export function recordAround(recording: LateRecording, pressure: PressureGuard, safeMode: SafeMode): Disposable[] {
  recording.tell((on) => {
    for (const record of safeMode.records) on.add(record);
    pressure.register({
      name: 'journal',
      get bytes() {
        return on.waitingBytes;
      },
      evict: () => void on.write(),
    });
  });
  const tell = (record: JournalRecord): void => recording.tell((on) => on.add(record));
  return [pressure.onDidRecord(tell), safeMode.onDidLeave(tell)];
}

/** The sources that are not reached over HTTP. */
export function connectWith(languageModels: LanguageModelPorts, registered: RegisteredSources): NonNullable<EnginePorts['connect']> {
  return (backend, kit) => {
    if (backend.protocol === 'extension') return registered.sourceFor(backend);
    return backend.protocol === 'vscode-lm' ? languageModelSource(backend, kit, languageModels) : undefined;
  };
}

/** What the engine keeps between sessions, in the editor's storage of this machine. */
export function memories({ globalState }: vscode.ExtensionContext, log: Log): Pick<EnginePorts, 'memory' | 'usualMemory'> {
  return { memory: createMemory(globalState, log), usualMemory: createMemory(globalState, log, 'failsoft.usual') };
}

/** Settings, trust and other extensions may ask for another service. */
export function followChanges(session: Session, registered: Changing, rollout: WindowRollout): Disposable[] {
  return [
    registered.onDidChange(() => session.refresh()),
    rollout.onDidPlan(() => session.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('failsoft')) return;
      session.refresh();
      void rollout.settled();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.refresh()),
  ];
}

/** A key, or a model of the editor, may be there now that was not. */
export function followModels(session: Session, keys: Changing, languageModels: Changing): Disposable[] {
  return [keys.onDidChange(() => void session.service.retryNow()), languageModels.onDidChange(() => retryLanguageModels(session))];
}

/** A model that was missing may be there now. */
function retryLanguageModels({ settings, service }: Session): void {
  const ours = new Set(settings.backends.filter(({ protocol }) => protocol === 'vscode-lm').map(({ name }) => name));
  for (const { sourceId, state } of service.snapshot().sources) {
    if (ours.has(sourceId) && state === 'retired') void service.retryNow(sourceId);
  }
}

/** Where the journal is kept, and of what. */
export function journalOf({ globalStorageUri, extension }: vscode.ExtensionContext): Pick<LateRecordingPorts, 'path' | 'version'> {
  const { version } = extension.packageJSON as { readonly version?: unknown };
  return { path: vscode.Uri.joinPath(globalStorageUri, 'journal').fsPath, version: String(version) };
}
