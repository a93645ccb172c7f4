/** The panel of the dashboard: a bundle of its own, loaded when it is shown. */
import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { DashboardFeed, type DashboardRecords } from '../dashboard/feed.ts';
import { folderAt, readRecords } from '../recording.ts';
import { pageHtml } from './dashboardHtml.ts';
import { type CreateDashboard, type DashboardPorts, dashboardType } from './dashboardPorts.ts';

/** @see CreateDashboard */
export const createDashboard: CreateDashboard = (ports) => {
  let open: vscode.WebviewPanel | undefined;
  const pageFolder = vscode.Uri.joinPath(ports.extensionUri, 'dist', 'webview', 'dashboard');
  const options = { enableScripts: true, localResourceRoots: [pageFolder] };
  const adopt = (panel: vscode.WebviewPanel): void => {
    open?.dispose();
    open = panel;
    const { webview } = panel;
    webview.options = options;
    const feed = new DashboardFeed({
      clock: ports.clock,
      logger: ports.logger,
      records: recordsOf(ports),
      snapshot: () => ports.session.snapshot(),
      onDidChange: ports.session.onDidChange,
      // It rejects when the panel has gone meanwhile.
      post: (message) => void webview.postMessage(message).then(undefined, () => undefined),
    });
    const subscriptions = [
      feed,
      webview.onDidReceiveMessage((message: unknown) => feed.receive(message)),
      panel.onDidChangeViewState(() => feed.setVisible(panel.visible)),
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
    show() {
      if (open) open.reveal();
      else
        adopt(
          vscode.window.createWebviewPanel(dashboardType, 'Failsoft Dashboard', vscode.ViewColumn.Active, {
            ...options,
            enableFindWidget: true,
          }),
        );
    },
    restore: adopt,
    dispose() {
      open?.dispose();
    },
  };
};

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
