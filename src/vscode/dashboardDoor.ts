import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import { type CreateDashboard, type Dashboard, type DashboardPorts, dashboardType } from './dashboardPorts.ts';

/** The command that shows the dashboard, and what brings it back after a reload; its code is loaded by either. */
export function registerDashboard(ports: DashboardPorts, load: () => Promise<CreateDashboard>): Disposable {
  let dashboard: Dashboard | undefined;
  const use = async (what: (dashboard: Dashboard) => void): Promise<void> => {
    try {
      const create = await load();
      what((dashboard ??= create(ports)));
    } catch (error) {
      ports.logger.error(`dashboard: ${messageOf(error)}`);
    }
  };
  const subscriptions = [
    vscode.commands.registerCommand('failsoft.showDashboard', (place: unknown) => use((on) => on.show(place))),
    vscode.window.registerWebviewPanelSerializer(dashboardType, { deserializeWebviewPanel: (panel) => use((on) => on.restore(panel)) }),
  ];
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      dashboard?.dispose();
    },
  };
}
