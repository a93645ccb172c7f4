// @ts-check
/** What an extension does that works with Failsoft: reads health, brings a source, reports a request. The tests tell it when. */
const vscode = require('vscode');

/** @typedef {import('../../../api/index.d.ts').FailsoftApi} FailsoftApi */
/** @typedef {import('../../../api/index.d.ts').CompletionSource} CompletionSource */

/** @type {string[]} */
const asked = [];
/** @type {string[]} */
const served = [];
/** @type {CompletionSource['complete']} */
let answer = () => Promise.resolve('sampleText(7);');

async function activate(/** @type {vscode.ExtensionContext} */ context) {
  const failsoft = await vscode.extensions.getExtension('failsoft.failsoft')?.activate();
  /** @type {FailsoftApi} */
  const api = failsoft;
  if (api.version !== 1) throw new Error(`made for version 1 of the API, this is ${api.version}`);
  context.subscriptions.push(api.onDidChangeHealth(({ serving }) => void served.push(serving)));
  return {
    asked,
    served,
    /** @returns {import('../../../api/index.d.ts').Disposable} */
    register(/** @type {Partial<CompletionSource>} */ changes) {
      const source = api.registerCompletionSource({
        id: 'coder',
        extensionId: 'failsoft-test.sample',
        model: 'sample-1',
        complete(request, signal) {
          asked.push(request.prefix);
          return answer(request, signal);
        },
        ...changes,
      });
      context.subscriptions.push(source);
      return source;
    },
    answers(/** @type {CompletionSource['complete']} */ next) {
      answer = next;
    },
    health: () => api.health(),
    report: (/** @type {import('../../../api/index.d.ts').AttemptReport} */ report) => api.reportAttempt(report),
  };
}

module.exports = { activate };
