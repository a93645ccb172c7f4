import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import { answers, questionOf, wantedOf } from '../ui/dataBoundary.ts';
import type { BoundaryConsentStore } from './boundaryConsent.ts';
import type { Session } from './session.ts';

/** Asks about a boundary when a fallback to it is wanted for the first time: once, and never two questions at a time (law 12). */
export function askAboutBoundaries(session: Session, consent: BoundaryConsentStore, logger: Logger): Disposable {
  let isAsking = false;
  const ask = async (snapshot: EngineSnapshot): Promise<void> => {
    const wanted = wantedOf(snapshot);
    if (!wanted || isAsking || consent.wasAsked(wanted.boundary)) return;
    isAsking = true;
    try {
      const picked = await vscode.window.showInformationMessage(questionOf(snapshot, wanted), answers.allow, answers.deny);
      // Answered in the menu in the meantime: that holds.
      if (consent.wasAsked(wanted.boundary)) return;
      if (picked === undefined) consent.closed(wanted.boundary);
      else consent.set(wanted.boundary, picked === answers.allow ? 'allowed' : 'denied');
    } catch (error) {
      logger.error(`data boundary: ${messageOf(error)}`);
    } finally {
      isAsking = false;
    }
  };
  return session.onDidChange((snapshot) => void ask(snapshot));
}
