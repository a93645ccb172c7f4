import type * as vscode from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { LateRecording } from './lateRecording.ts';
import type { LateRollout } from './rolloutPorts.ts';
import type { Session } from './session.ts';

/** Type of the panel, by which VS Code knows it again after the window was reloaded. */
export const dashboardType = 'failsoft.dashboard';

/** What the dashboard needs of the window. */
export interface DashboardPorts {
  readonly session: Session;
  readonly recording: LateRecording;
  /** Absent: there are no rollouts here. */
  readonly rollout?: LateRollout;
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One panel, shown or not. */
export interface Dashboard extends Disposable {
  /** Opens it, or brings it to the front. @param place a part of the page; whatever else it is means the part that was seen last */
  show(place?: unknown): void;
  /** VS Code brings it back after a reload. */
  restore(panel: vscode.WebviewPanel): void;
}

/** Makes the dashboard; nothing is loaded and nobody is listened to while there is no panel. */
export type CreateDashboard = (ports: DashboardPorts) => Dashboard;
