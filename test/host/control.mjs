// @ts-check
/**
 * A small HTTP service by which a test in the extension host drives the window it runs in: with real keys, and with pictures.
 * POST one JSON object `{op, …}`; the answer is `{ok: true, result}` or `{ok: false, error}`.
 *
 * | op | fields | result |
 * |---|---|---|
 * | screenshot | path, selector? | – |
 * | type | text, delay? (ms) | – |
 * | press | key, for example "Control+g" | – |
 * | click, hover | selector, or x and y | – |
 * | waitFor | selector, state?, timeout? (ms) | – |
 * | text | selector | array of the texts of all matches |
 * | box | selector | {x, y, width, height} or null |
 * | eval | expression | its JSON value |
 * | shown | – | what a person sees beside the text, as lines |
 * | viewport | width, height | – |
 *
 * Every selector may come with `webview: n` (from 0) and then means the document inside that webview.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { webviewFrame, whatIsShown } from './recipes.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {Record<string, any>} Request any: fields differ by op, and Playwright checks their types */

/** Milliseconds an operation waits for its element. */
const TIMEOUT = 15_000;

/** @param {Page} page @param {Request} request */
function locate(page, { selector, webview }) {
  if (typeof selector !== 'string') throw new Error(`"selector" is ${JSON.stringify(selector)}; it must be a string`);
  return (webview === undefined ? page : webviewFrame(page, webview)).locator(selector);
}

/** @type {Readonly<Record<string, (page: Page, request: Request) => Promise<unknown>>>} */
const OPERATIONS = {
  async screenshot(page, request) {
    const file = path.resolve(request['path']);
    mkdirSync(path.dirname(file), { recursive: true });
    await (request['selector'] === undefined ? page : locate(page, request).first()).screenshot({ path: file });
  },
  type: (page, request) => page.keyboard.type(request['text'], { delay: request['delay'] ?? 30 }),
  press: (page, request) => page.keyboard.press(request['key']),
  click: (page, request) =>
    request['selector'] === undefined
      ? page.mouse.click(request['x'], request['y'])
      : locate(page, request)
          .first()
          .click({ timeout: request['timeout'] ?? TIMEOUT }),
  hover: (page, request) =>
    request['selector'] === undefined
      ? page.mouse.move(request['x'], request['y'])
      : locate(page, request)
          .first()
          .hover({ timeout: request['timeout'] ?? TIMEOUT }),
  waitFor: (page, request) =>
    locate(page, request)
      .first()
      .waitFor({ state: request['state'] ?? 'visible', timeout: request['timeout'] ?? TIMEOUT }),
  text: (page, request) => locate(page, request).allInnerTexts(),
  box: (page, request) =>
    locate(page, request)
      .first()
      .boundingBox({ timeout: request['timeout'] ?? TIMEOUT }),
  eval: (page, request) => page.evaluate(request['expression']),
  shown: (page) => whatIsShown(page),
  viewport: (page, request) => page.setViewportSize({ width: request['width'], height: request['height'] }),
};

/** @param {import('node:http').IncomingMessage} message @returns {Promise<Request>} */
async function readBody(message) {
  let text = '';
  for await (const chunk of message) text += String(chunk);
  return JSON.parse(text);
}

/**
 * Starts the service on a free port of 127.0.0.1.
 * @param {() => Page | undefined} getPage the page as soon as there is one
 * @returns {Promise<{url: string, close: () => void}>} the url carries a secret, so that no other user can call it
 */
export async function startControl(getPage) {
  const secret = `/${randomBytes(16).toString('hex')}`;
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.url !== secret || request.method !== 'POST') throw new Error('only POST to the address in VSCODE_HOST_CONTROL');
      const body = await readBody(request);
      const operation = Object.hasOwn(OPERATIONS, body['op']) ? OPERATIONS[body['op']] : undefined;
      if (operation === undefined) {
        throw new Error(`unknown op ${JSON.stringify(body['op'])}; allowed: ${Object.keys(OPERATIONS).join(', ')}`);
      }
      const page = getPage();
      if (page === undefined) throw new Error('the window is not open yet');
      return operation(page, body);
    };
    answer().then(
      (result) => response.end(JSON.stringify({ ok: true, result: result ?? null })),
      (error) => {
        response.statusCode = 400;
        response.end(JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) }));
      },
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}${secret}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
