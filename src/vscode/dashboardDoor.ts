import * as vscode from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type * as DashboardModule from './dashboardPanel.ts';
import type { LateRecording } from './lateRecording.ts';
import type { Session } from './session.ts';

/** Type of the panel, by which VS Code knows it again after the window was reloaded. */
export const dashboardType = 'failsoft.dashboard';

/** What the dashboard needs of the window. */
export interface DashboardPorts {
  readonly session: Session;
  readonly recording: LateRecording;
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The command that shows the dashboard, and what brings it back after a reload; its code is loaded by either. */
export function registerDashboard(ports: DashboardPorts, load: () => Promise<typeof DashboardModule>): Disposable {
  let dashboard: DashboardModule.Dashboard | undefined;
  const use = async (what: (dashboard: DashboardModule.Dashboard) => void): Promise<void> => {
    try {
      const { createDashboard } = await load();
      what((dashboard ??= createDashboard(ports)));
    } catch (error) {
      ports.logger.error(`dashboard: ${messageOf(error)}`);
    }
  };
  const subscriptions = [
    vscode.commands.registerCommand('failsoft.showDashboard', () => use((on) => on.show())),
    vscode.window.registerWebviewPanelSerializer(dashboardType, { deserializeWebviewPanel: (panel) => use((on) => on.restore(panel)) }),
  ];
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      dashboard?.dispose();
    },
  };
}
