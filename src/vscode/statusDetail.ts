import * as vscode from 'vscode';
import type { Clock, Disposable, EpochMillis } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import { createProviderWords } from '../statusPages.ts';
import { localClockTime } from '../ui/times.ts';
import { type TooltipOptions, tooltipCommands, tooltipOf } from '../ui/tooltip.ts';
import type { Log } from './log.ts';
import type { LateRollout } from './rolloutPorts.ts';
import { createRolloutStatus } from './rolloutStatus.ts';
import type { Session } from './session.ts';
import { createToasts } from './toasts.ts';

/** What the details of the status run on. */
export interface StatusDetailPorts {
  readonly session: Session;
  readonly context: Pick<vscode.ExtensionContext, 'globalState' | 'globalStorageUri'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent: there are no rollouts here. */
  readonly rollout?: LateRollout;
}

/** Everything about the status that is not needed at the start. */
export interface StatusDetail extends Disposable {
  /** Something that the tooltip says has changed, beside the snapshot. */
  readonly onDidChange: Event<void>;
  /** @returns the tooltip, and when it is to be drawn again, in ms */
  tooltip(snapshot: EngineSnapshot, now: EpochMillis, options: TooltipOptions): { text: vscode.MarkdownString; redrawIn?: number };
}

/** Starts what shows and explains: tooltip, the providers' own word, toasts. */
export function createStatusDetail({ session, context, clock, log, rollout }: StatusDetailPorts): StatusDetail {
  const words = createProviderWords({ clock, logger: log });
  const backendOf = (name: string) => session.settings.backends.find((backend) => backend.name === name);
  const seen = (snapshot: EngineSnapshot): void => words.seen(snapshot, session.settings.backends);
  const rolling = rollout && createRolloutStatus(rollout, context, log);
  const changed = new Emitter<void>();
  const subscriptions = [words.onDidChange(() => changed.fire()), ...(rolling ? [rolling.onDidChange(() => changed.fire()), rolling] : [])];
  const owned = [session.onDidChange(seen), createToasts(session, context.globalState, log), ...subscriptions, words, changed];
  seen(session.snapshot());
  return {
    onDidChange: changed.event,
    tooltip(snapshot, now, options) {
      const providerSays = (name: string): string | undefined => words.said(backendOf(name), localClockTime);
      const line = rolling?.line();
      const { markdown, redrawIn } = tooltipOf(snapshot, now, {
        ...options,
        providerSays,
        ...(line === undefined ? {} : { rollout: line }),
      });
      const text = new vscode.MarkdownString(markdown);
      text.isTrusted = { enabledCommands: tooltipCommands };
      return { text, ...(redrawIn === undefined ? {} : { redrawIn }) };
    },
    dispose() {
      for (const each of owned) each.dispose();
    },
  };
}
