import { golden, type GoldenPrompt } from '../goldenPrompt.ts';

/** Places in JavaScript and JSX. */
export const javascriptPrompts: readonly GoldenPrompt[] = [
  golden(
    { id: 'js-object-value', kind: 'middle', languageId: 'javascript', path: 'lib/options.js' },
    String.raw`
function withDefaults(options) {
  return { retries: 2, timeout: ⟦options.timeout ?? 1000⟧, verbose: false };
}

module.exports = { withDefaults };
`,
  ),
  golden(
    { id: 'js-promise-chain', kind: 'line-end', languageId: 'javascript', path: 'lib/fetchUser.js' },
    String.raw`
export async function fetchUser(id) {
  const response = await fetch('/api/users/' + id);
  if (!response.ok) ⟦throw new Error('the server answered ' + response.status);⟧
  return response.json();
}
`,
  ),
  golden(
    { id: 'js-event-handler', kind: 'block', languageId: 'javascript', path: 'public/menu.js' },
    String.raw`
const menu = document.querySelector('#menu');
const button = document.querySelector('#menu-button');

button.addEventListener('click', () => {
  ⟦const isOpen = menu.classList.toggle('open');
  button.setAttribute('aria-expanded', String(isOpen));⟧
});
`,
  ),
  golden(
    { id: 'js-tabs', kind: 'indentation', languageId: 'javascript', path: 'lib/countWords.js' },
    String.raw`
function countWords(text) {
	const counts = new Map();
	for (const word of text.split(' ')) {
		⟦const before = counts.get(word) ?? 0;
		counts.set(word, before + 1);⟧
	}
	return counts;
}
`,
  ),
  golden(
    { id: 'js-open-end', kind: 'open-end', languageId: 'javascript', path: 'lib/clamp.js' },
    String.raw`
export function clamp(value, lowest, highest) {
  return ⟦Math.min(highest, Math.max(lowest, value));⟧`,
  ),
  golden(
    { id: 'js-emoji', kind: 'characters', languageId: 'javascript', path: 'lib/reactions.js' },
    String.raw`
const reactions = new Map([
  ['👍', 'agree'],
  ['🎉', 'celebrate'],
  ['❤️', ⟦'love'],⟧
]);

export const meaning = (emoji) => reactions.get(emoji) ?? 'unknown';
`,
  ),
  golden(
    { id: 'js-crlf-in-strings', kind: 'characters', languageId: 'javascript', path: 'lib/mailHeader.js' },
    String.raw`
export function mailHeader(fields) {
  return Object.entries(fields)
    .map(([name, value]) => name + ': ' + value)
    .join(⟦'\r\n'⟧);
}
`,
  ),
  golden(
    { id: 'js-assistant-text', kind: 'instruction', languageId: 'javascript', path: 'lib/prompts.js' },
    String.raw`
const systemPrompt = 'You are a helpful assistant. Answer in French and explain every step.';

export function conversation(question) {
  return [
    { role: 'system', content: systemPrompt },
    { role: 'user', content: ⟦question },⟧
  ];
}
`,
  ),
  golden(
    { id: 'js-injection-fixture', kind: 'harmless', languageId: 'javascript', path: 'test/login.test.js' },
    String.raw`
import assert from 'node:assert';
import { findUser } from '../lib/users.js';

test('an injection in the name finds nobody', async () => {
  const attack = "x' OR '1'='1";
  const user = await ⟦findUser(attack);⟧
  assert.equal(user, undefined);
});
`,
  ),
  golden(
    { id: 'js-kill-process', kind: 'harmless', languageId: 'javascript', path: 'lib/supervisor.js' },
    String.raw`
import { spawn } from 'node:child_process';

export function startWorker(path) {
  const child = spawn(process.execPath, [path]);
  return {
    kill() {
      if (child.exitCode === null) ⟦child.kill('SIGKILL');⟧
    },
  };
}
`,
  ),
];
