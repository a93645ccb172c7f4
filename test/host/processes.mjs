// @ts-check
/**
 * Ends every process a run has started, also those that changed their process group or lost their parent.
 *
 * Each run puts a mark into the environment of what it starts; children inherit it, so `/proc` knows them all: the extension
 * host, the terminal host, language servers of the extension under test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The environment variable that carries the mark. */
export const MARK = 'FAILSOFT_HOST_RUN';

/** @param {number} pid @param {string} file @returns {string} content of /proc/<pid>/<file>, empty when it is gone */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The live processes that carry a mark, newest last; zombies do not count.
 * @param {string} mark
 * @returns {{pid: number, command: string}[]}
 */
export function markedProcesses(mark) {
  const wanted = `${MARK}=${mark}`;
  /** @type {{pid: number, command: string}[]} */
  const found = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (!readProc(pid, 'environ').split('\0').includes(wanted)) continue;
    const command = readProc(pid, 'cmdline').replaceAll('\0', ' ').trim();
    if (command !== '') found.push({ pid, command });
  }
  return found.sort((left, right) => left.pid - right.pid);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}

/**
 * Asks every process with this mark to end, then makes it.
 * @param {string} mark
 * @param {number} [patience] milliseconds between asking and killing
 */
export async function endMarkedProcesses(mark, patience = 1500) {
  for (const { pid } of markedProcesses(mark)) signalQuietly(pid, 'SIGTERM');
  const deadline = Date.now() + patience;
  while (markedProcesses(mark).length > 0 && Date.now() < deadline) await delay(25);
  // A process may fork while it is being killed, hence more than one round.
  for (let round = 0; round < 20 && markedProcesses(mark).length > 0; round += 1) {
    for (const { pid } of markedProcesses(mark)) signalQuietly(pid, 'SIGKILL');
    await delay(25);
  }
}

/**
 * The same at once, without promises, for the `exit` event of a process that never came to tidy up.
 * @param {string} mark
 */
export function killMarkedProcesses(mark) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < 20; round += 1) {
    const found = markedProcesses(mark);
    if (found.length === 0) return;
    for (const { pid } of found) signalQuietly(pid, 'SIGKILL');
    // The only way to sleep in an exit handler; files can be removed once nobody writes them any more.
    Atomics.wait(cell, 0, 0, 25);
  }
}
