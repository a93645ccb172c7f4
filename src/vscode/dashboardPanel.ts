/** The panel of the dashboard: a bundle of its own, loaded when it is shown. */
import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { DashboardFeed, type DashboardRecords } from '../dashboard/feed.ts';
import { type HostMessage, placeNames } from '../dashboard/protocol.ts';
import { RolloutFeed } from '../dashboard/rolloutFeed.ts';
import { folderAt, readRecords } from '../recording.ts';
import { pageHtml } from './dashboardHtml.ts';
import { type CreateDashboard, type DashboardPorts, dashboardType } from './dashboardPorts.ts';
import { commandOf } from './rolloutPorts.ts';

/** @see CreateDashboard */
export const createDashboard: CreateDashboard = (ports) => {
  let open: vscode.WebviewPanel | undefined;
  let rollout: RolloutFeed | undefined;
  const pageFolder = vscode.Uri.joinPath(ports.extensionUri, 'dist', 'webview', 'dashboard');
  const options = { enableScripts: true, localResourceRoots: [pageFolder] };
  const adopt = (panel: vscode.WebviewPanel): void => {
    open?.dispose();
    open = panel;
    const { webview } = panel;
    webview.options = options;
    // It rejects when the panel has gone meanwhile.
    const post = (message: HostMessage): void => void webview.postMessage(message).then(undefined, () => undefined);
    const feed = new DashboardFeed({
      clock: ports.clock,
      logger: ports.logger,
      records: recordsOf(ports),
      snapshot: () => ports.session.snapshot(),
      onDidChange: ports.session.onDidChange,
      post,
    });
    const rolling = rolloutFeedOf(ports, post);
    rollout = rolling;
    const feeds = [feed, rolling];
    const subscriptions = [
      ...feeds,
      webview.onDidReceiveMessage((message: unknown) => feeds.forEach((each) => each.receive(message))),
      panel.onDidChangeViewState(() => feeds.forEach((each) => each.setVisible(panel.visible))),
    ];
    panel.onDidDispose(() => {
      for (const subscription of subscriptions) subscription.dispose();
      if (open === panel) open = undefined;
    });
    webview.html = pageHtml({
      script: webview.asWebviewUri(vscode.Uri.joinPath(pageFolder, 'main.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(pageFolder, 'dashboard.css')).toString(),
      source: webview.cspSource,
      nonce: crypto.randomUUID(),
    });
  };
  return {
    show(wanted) {
      if (open) open.reveal();
      else
        adopt(
          vscode.window.createWebviewPanel(dashboardType, 'Failsoft Dashboard', vscode.ViewColumn.Active, {
            ...options,
            enableFindWidget: true,
          }),
        );
      const place = placeNames.find((each) => each === wanted);
      if (place !== undefined) rollout?.show(place);
    },
    restore: adopt,
    dispose() {
      open?.dispose();
    },
  };
};

/** What a person presses on the page is a command of the palette, which asks what has to be asked. */
function rolloutFeedOf({ clock, rollout = Promise.resolve(undefined) }: DashboardPorts, post: (message: HostMessage) => void): RolloutFeed {
  const run = (command: string, subject?: string): void => {
    void vscode.commands.executeCommand(command, subject).then(undefined, () => undefined);
  };
  return new RolloutFeed({
    clock,
    control: rollout,
    post,
    act: (action, subject) => run(commandOf(action), subject),
    check(check) {
      if (check !== 'shadow') run(commandOf(check));
    },
    open: (what) => run(what === 'readiness' ? 'failsoft.rollout.showReadiness' : 'failsoft.rollout.newPolicy'),
  });
}

/** The journal of all windows, and what this one adds to it. */
function recordsOf({ recording, clock, logger }: DashboardPorts): DashboardRecords {
  return {
    async read(from, onRecord, { signal, onProgress }) {
      // What waits is not on the disk yet.
      await (await recording.loaded)?.write();
      const options = { clock, logger, signal, onProgress };
      const end = await readRecords(folderAt(recording.path), from, onRecord, options);
      const skippedFiles = end.skippedFiles + end.setAside;
      if (end.records === 0 && skippedFiles > 0) throw new Error(`none of its ${skippedFiles} files is readable`);
      return { skippedLines: end.skippedLines, skippedFiles };
    },
    onDidRecord(listener) {
      let isDisposed = false;
      let subscription: Disposable | undefined;
      recording.tell((on) => {
        if (!isDisposed) subscription = on.onDidRecord(listener);
      });
      return {
        dispose() {
          isDisposed = true;
          subscription?.dispose();
        },
      };
    },
  };
}
