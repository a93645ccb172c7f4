import * as vscode from 'vscode';
import { boundaryRows } from '../ui/dataBoundary.ts';
import type { CommandPorts } from './commandPorts.ts';

/** Lists each boundary of the route with who is there; picking one switches it. Stays until it is closed. */
export async function manageDataBoundary({ session, consent }: CommandPorts): Promise<void> {
  for (;;) {
    const rows = boundaryRows(session.snapshot());
    if (rows.length === 0) {
      void vscode.window.showInformationMessage('Failsoft: no backend is configured, so code goes nowhere.');
      return;
    }
    const picked = await vscode.window.showQuickPick(rows, {
      title: 'Where code of this workspace may go',
      placeHolder: 'Pick one to allow or to forbid it; Escape when done',
    });
    if (!picked) return;
    consent.set(picked.boundary, picked.next);
  }
}
