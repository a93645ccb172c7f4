import * as vscode from 'vscode';
import type { Clock, Disposable, EpochMillis } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import { smallFilesIn, systemProcesses } from '../base/smallFiles.ts';
import type { Pressure, PressureLevel } from '../domain/pressure.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import { CrashMarker, type MarkerFacts, type UncleanEnd } from '../engine.ts';
import { safeModeAnswers, safeModeQuestion, safeModeReason } from '../ui/safeMode.ts';
import type { Log } from './log.ts';
import type { Session } from './session.ts';

/** Notices windows that ended without saying so, and keeps backends out of the next one when that happens again and again. */
export interface SafeMode extends Disposable {
  /** Why no backend is used; `undefined`: safe mode is off. */
  readonly reason: string | undefined;
  /** For the journal: how windows before this one ended, and whether that brought safe mode. */
  readonly records: readonly SessionRecord[];
  /** When the windows before this one ended that ended uncleanly. */
  readonly uncleanEnds: readonly EpochMillis[];
  readonly onDidLeave: Event<SessionRecord>;
  /** Notes what the window is doing, and says once that safe mode is on. */
  follow(session: Session, memory: { readonly pressure: Pressure | undefined }): Disposable;
  leave(): void;
}

/** Set while safe mode is on, for the palette. */
const contextKey = 'failsoft.isSafeMode';

/** Begins with the files of the last windows, in about a millisecond. */
export function createSafeMode(context: vscode.ExtensionContext, clock: Clock, log: Log): SafeMode {
  const { globalStorageUri, extension } = context;
  const { version } = extension.packageJSON as { version: string };
  const files = smallFilesIn(vscode.Uri.joinPath(globalStorageUri, 'windows').fsPath);
  const marker = new CrashMarker({ files, processes: systemProcesses, clock, logger: log, version });
  const left = new Emitter<SessionRecord>();
  let isOn = marker.isSafeMode;
  let session: Session | undefined;
  const leave = (): void => {
    if (!isOn) return;
    isOn = false;
    marker.forget();
    log.info('guard: safe mode was left');
    left.fire({ kind: 'session', at: clock.now(), phase: 'safe-mode-left', version });
    void vscode.commands.executeCommand('setContext', contextKey, false);
    session?.refresh();
  };
  return {
    get reason() {
      return isOn ? safeModeReason : undefined;
    },
    records: [
      ...marker.found.map((end) => recordOf(end)),
      ...(isOn ? [{ kind: 'session', at: clock.now(), phase: 'safe-mode', version } as const] : []),
    ],
    uncleanEnds: marker.found.map(({ endedAt }) => endedAt),
    onDidLeave: left.event,
    follow(followed, memory) {
      session = followed;
      const note = (snapshot: EngineSnapshot): void => marker.note(factsOf(snapshot, memory.pressure?.level));
      note(followed.snapshot());
      if (isOn) void say(leave, log);
      return followed.onDidChange(note);
    },
    leave,
    dispose() {
      marker.dispose();
      left.dispose();
    },
  };
}

async function say(leave: () => void, log: Log): Promise<void> {
  log.warn(`guard: ${safeModeReason}`);
  void vscode.commands.executeCommand('setContext', contextKey, true);
  const picked = await vscode.window.showWarningMessage(safeModeQuestion, safeModeAnswers.leave, safeModeAnswers.log);
  if (picked === safeModeAnswers.leave) leave();
  else if (picked === safeModeAnswers.log) log.show();
}

function recordOf({ foundAt, version, model, level, during }: UncleanEnd): SessionRecord {
  return { kind: 'session', at: foundAt, phase: 'unclean-end', version, level, during, ...(model === undefined ? {} : { model }) };
}

function factsOf({ working, serving, sources }: EngineSnapshot, level: PressureLevel = 'normal'): MarkerFacts {
  const model = sources.find(({ sourceId }) => sourceId === serving)?.model;
  return { level, during: working > 0 ? 'working' : 'idle', ...(model === undefined ? {} : { model }) };
}
