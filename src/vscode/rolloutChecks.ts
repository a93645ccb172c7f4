import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import type { ReadinessCheck } from '../domain/rollout.ts';
import { checkWords, sentence } from '../ui/rolloutWords.ts';
import type { ReportDocuments } from './reportDocument.ts';
import type { CheckEnd, RolloutChecks } from './rolloutPorts.ts';

/** One at a time: two at once would measure each other. */
let running: ReadinessCheck | undefined;

/** Makes one check, with its progress on show and a way to stop it, and opens its report. */
export async function runCheck(check: ReadinessCheck, checks: RolloutChecks, reports: ReportDocuments, logger: Logger): Promise<void> {
  if (running !== undefined) {
    const message = `Failsoft: “${checkWords[running]}” is still being checked; two checks at once would disturb each other.`;
    void vscode.window.showInformationMessage(message);
    return;
  }
  running = check;
  try {
    const end = await withProgress(check, checks);
    logger.info(`rollout: check ${check} ${end.kind === 'done' ? end.verdict : end.kind}`);
    await say(check, end, reports);
  } finally {
    running = undefined;
  }
}

function withProgress(check: ReadinessCheck, checks: RolloutChecks): Thenable<CheckEnd> {
  const title = `Failsoft: ${checkWords[check].toLowerCase()}`;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const stopped = new AbortController();
      const subscription = token.onCancellationRequested(() => stopped.abort());
      let last = 0;
      try {
        return await checks.run(check, {
          signal: stopped.signal,
          onProgress({ share = last, words }) {
            progress.report({ message: words, increment: Math.max(0, share - last) * 100 });
            last = Math.max(last, share);
          },
        });
      } finally {
        subscription.dispose();
      }
    },
  );
}

async function say(check: ReadinessCheck, end: CheckEnd, reports: ReportDocuments): Promise<void> {
  const name = checkWords[check];
  if (end.kind === 'stopped') {
    vscode.window.setStatusBarMessage(`Failsoft: ${name.toLowerCase()} stopped, nothing was kept`, 5000);
    return;
  }
  if (end.kind === 'impossible') {
    void vscode.window.showWarningMessage(`Failsoft: ${name.toLowerCase()} could not be checked: ${sentence(end.reason)}`);
    return;
  }
  const message = `Failsoft: ${name.toLowerCase()} ${end.verdict}: ${sentence(end.summary)}`;
  void (end.verdict === 'passed' ? vscode.window.showInformationMessage(message) : vscode.window.showWarningMessage(message));
  await reports.show(`${name} of the candidate`, end.report);
}
