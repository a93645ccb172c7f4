import * as vscode from 'vscode';
import { readinessChecks, type RolloutAction, rolloutActions, type RolloutControl, type RolloutSnapshot } from '../domain/rollout.ts';
import { readinessDocument } from '../ui/readinessDocument.ts';
import { notPossible, reasonProblem, type RolloutAsk, rolloutAsk } from '../ui/rolloutAsks.ts';
import { doneText, sentence } from '../ui/rolloutWords.ts';
import type { CommandPorts } from './commandPorts.ts';
import { askText, pickOne } from './quickSteps.ts';
import { newPolicy } from './newPolicy.ts';
import { ReportDocuments } from './reportDocument.ts';
import { runCheck } from './rolloutChecks.ts';
import { camelCase, type RolloutCommand, type RolloutPorts } from './rolloutPorts.ts';

/** Of this window; made by the first report. */
let reports: ReportDocuments | undefined;

function reportsOf({ own }: RolloutPorts): ReportDocuments {
  if (!reports) own((reports = new ReportDocuments()));
  return reports;
}

/**
 * Carries out a command of the rollout, and asks what has to be asked first.
 *
 * @param given the model, the check or, of a rollback, the reason
 */
export async function runRollout(ports: CommandPorts, name: RolloutCommand, given?: string): Promise<void> {
  const { rollout } = ports;
  if (!rollout) return sayBroken();
  if (name === 'show') {
    await vscode.commands.executeCommand('failsoft.showDashboard', 'rollout');
    return;
  }
  if (name === 'newPolicy') return newPolicy(ports, rollout);
  const control = await rollout.control;
  if (!control) return sayBroken();
  const snapshot = control.snapshot();
  if (!snapshot) return offerPolicy(control.problems);
  if (name === 'showReadiness') return reportsOf(rollout).show(`Readiness of ${snapshot.name}`, readinessDocument(snapshot));
  const check = readinessChecks.find((each) => camelCase(each) === name);
  if (check) return runCheck(check, rollout.checks, reportsOf(rollout), ports.log);
  const action = rolloutActions.find((each) => camelCase(each) === name);
  if (action) await decide(action, control, snapshot, ports, given);
}

async function decide(
  action: RolloutAction,
  control: RolloutControl,
  snapshot: RolloutSnapshot,
  ports: CommandPorts,
  given: string | undefined,
): Promise<void> {
  if (!control.possible().includes(action)) {
    void vscode.window.showInformationMessage(`Failsoft: ${notPossible(action, snapshot)}`);
    return;
  }
  const versions = ports.session.settings.backends.map(({ name, model }) => ({ backend: name, model }));
  const answer = await answerTo(rolloutAsk(action, snapshot, versions), action === 'roll-back' ? undefined : given);
  if (!answer) return;
  const subject = answer.subject ?? (action === 'unpin' ? snapshot.pinned : undefined);
  const reason = answer.reason ?? (action === 'roll-back' && reasonProblem(given ?? '', 'required') === undefined ? given : undefined);
  const refusal = await control.ask({ action, reason: reason ?? '', ...(subject === undefined ? {} : { subject }) });
  ports.log.info(`rollout: a person asked for ${action}: ${refusal === undefined ? 'done' : 'refused'}`);
  if (refusal !== undefined) {
    void vscode.window.showWarningMessage(`Failsoft: not done: ${sentence(refusal)}`);
    return;
  }
  const after = control.snapshot() ?? snapshot;
  vscode.window.setStatusBarMessage(`Failsoft: ${doneText(action, after, subject)}`, 8000);
}

/** What a person says to it. @param given what it is about, when that is known already @returns `undefined` when they would rather not */
async function answerTo(ask: RolloutAsk, given: string | undefined): Promise<{ subject?: string; reason?: string } | undefined> {
  const { title, subjects, reason, prompt } = ask;
  const isKnown = subjects?.lines.some(({ value }) => value === given) === true;
  const hasPick = subjects !== undefined && !isKnown;
  const totalSteps = (hasPick ? 1 : 0) + (reason === 'none' ? 0 : 1);
  let subject = isKnown ? given : undefined;
  for (;;) {
    if (hasPick) {
      const { placeholder, lines } = subjects;
      const picked = await pickOne<string>({ title, step: 1, totalSteps, canGoBack: false, placeholder, lines });
      if (picked.kind !== 'next') return undefined;
      subject = picked.value;
    }
    const about = subject === undefined ? {} : { subject };
    if (reason === 'none') return about;
    const problem = (text: string): string | undefined => reasonProblem(text, reason);
    const chosen = subjects?.lines.find(({ value }) => value !== undefined && value === subject);
    const full = chosen ? `${title}: ${chosen.label}` : title;
    const said = await askText({ title: full, step: totalSteps, totalSteps, canGoBack: hasPick, prompt, placeholder: 'Reason', problem });
    if (said.kind === 'cancel') return undefined;
    if (said.kind === 'next') return { ...about, ...(said.value.trim() === '' ? {} : { reason: said.value.trim() }) };
  }
}

async function offerPolicy([problem]: readonly string[]): Promise<void> {
  const write = problem === undefined ? 'New Rollout Policy…' : 'Open Policy';
  const message =
    problem === undefined
      ? 'Failsoft: no rollout is planned, so there is nothing to decide.'
      : `Failsoft: the policy cannot be followed, so there is no rollout: ${sentence(problem)}`;
  const picked = await vscode.window.showInformationMessage(message, write);
  if (picked === write) await vscode.commands.executeCommand('failsoft.rollout.newPolicy');
}

function sayBroken(): void {
  const message = 'Failsoft: the rollout part could not be loaded; you keep the baseline. “Failsoft: Show Log” says why.';
  void vscode.window.showErrorMessage(message);
}
