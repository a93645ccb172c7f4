// @ts-check
/**
 * Tells the demonstration, over a loopback port, what Failsoft's own API says and where the cursor is. It runs beside Failsoft in
 * the same extension host and changes nothing but the setting `failsoft.backends`, when told to.
 *
 * The port is written to the file named by FAILSOFT_DEMO_OBSERVER.
 */
const { writeFileSync } = require('node:fs');
const http = require('node:http');
const vscode = require('vscode');

/** Milliseconds between two looks at the counts; two answers within it are told apart by their origin only. */
const LOOK_MS = 10;
const ORIGINS = /** @type {const} */ (['model', 'local', 'cache']);

/** @type {string | undefined} origin of the text that was served last */
let lastOrigin;
/** @type {Record<string, number> | undefined} */
let lastCounts;

/** @returns {any} Failsoft's API, or undefined while it is not active */
const failsoft = () => {
  const extension = vscode.extensions.getExtension('failsoft.failsoft');
  return extension?.isActive ? extension.exports : undefined;
};

function look() {
  const counts = failsoft()?.snapshot().counts;
  if (counts === undefined) return;
  for (const origin of ORIGINS) if (lastCounts !== undefined && counts[origin] > (lastCounts[origin] ?? 0)) lastOrigin = origin;
  lastCounts = counts;
}

function state() {
  look();
  const editor = vscode.window.activeTextEditor;
  const cursor = editor?.selection.active;
  return {
    snapshot: failsoft()?.snapshot(),
    lastOrigin,
    editor: editor &&
      cursor && {
        path: editor.document.uri.path,
        line: cursor.line,
        character: cursor.character,
        text: editor.document.getText(),
        openDocuments: vscode.workspace.textDocuments.length,
      },
  };
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<any>} */
async function bodyOf(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function answer(request, response) {
  if (request.method === 'PUT' && request.url === '/backends') {
    await vscode.workspace.getConfiguration('failsoft').update('backends', await bodyOf(request), vscode.ConfigurationTarget.Global);
  }
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(state()));
}

/** @param {import('vscode').ExtensionContext} context */
exports.activate = (context) => {
  const file = process.env['FAILSOFT_DEMO_OBSERVER'];
  if (file === undefined) return;
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') writeFileSync(file, String(address.port));
  });
  const timer = setInterval(look, LOOK_MS);
  context.subscriptions.push({
    dispose() {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
    },
  });
};
