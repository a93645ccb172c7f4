// @ts-check
const assert = require('node:assert/strict');
const vscode = require('vscode');

/** @param {Record<string, unknown>} request @returns {Promise<any>} */
async function control(request) {
  const response = await fetch(process.env['VSCODE_HOST_CONTROL'] ?? '', { method: 'POST', body: JSON.stringify(request) });
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.error);
  return answer.result;
}

describe('the test host', () => {
  it('prints the console whole and in order', () => {
    for (let index = 0; index < 100; index += 1) {
      if (index % 2 === 0) console.log(`line ${index}`);
      else process.stdout.write(`line ${index}\n`);
    }
  });

  it('shows ghost text when a person types', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'a.ts'));
    await vscode.window.showTextDocument(document);
    await control({ op: 'waitFor', selector: '.statusbar-item:has-text("Sample ready")' });
    await control({ op: 'click', selector: '.monaco-editor .view-lines' });
    await control({ op: 'press', key: 'Control+End' });
    await control({ op: 'waitFor', selector: '.statusbar-item:has-text("Ln 2, Col 1")' });
    await control({ op: 'type', text: 'const x = ' });
    await control({ op: 'waitFor', selector: '.ghost-text-decoration' });
    /** @type {string[]} */
    const parts = await control({ op: 'text', selector: '.ghost-text-decoration' });
    const ghost = parts.join('').replaceAll('\u00a0', ' ');
    assert.equal(ghost, process.env['SELFTEST_GHOST']);
    await control({ op: 'screenshot', path: process.env['SELFTEST_PICTURE'] });
    await control({ op: 'press', key: 'Tab' });
    for (let tries = 0; tries < 100 && !document.getText().includes(ghost); tries += 1) await new Promise((done) => setTimeout(done, 20));
    assert.equal(document.lineAt(1).text, `const x = ${ghost}`);
  });

  it('finds files with ripgrep', async () => {
    assert.equal((await vscode.workspace.findFiles('**/*.ts')).length, 1);
  });

  it('refuses an unknown operation by name', async () => {
    await assert.rejects(control({ op: 'dance' }), /unknown op "dance"; allowed: screenshot, type/);
  });
});
