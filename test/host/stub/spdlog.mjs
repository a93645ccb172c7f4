// @ts-check
/**
 * Stands in for `@vscode/spdlog`, a native module that has to be compiled (42 s). Without any such module every output
 * channel of VS Code stays empty, because output channels are views of the log files this module writes.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

/** One log file. Rotation is left out: a test run never reaches the size at which VS Code rotates. */
class Logger {
  /** @param {string} file absolute path of the log file */
  constructor(file) {
    this.file = file;
    this.level = 2;
    this.bare = false;
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, '');
  }

  /** @param {number} level index in LEVELS @param {string} message */
  write(level, message) {
    if (level < this.level) return;
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000);
    const stamp = now.toISOString().slice(0, 23).replace('T', ' ');
    // Raw output channels come without formatters and bring their own line ends.
    appendFileSync(this.file, this.bare ? message : `${stamp} [${LEVELS[level]}] ${message}\n`);
  }

  trace(/** @type {string} */ message) {
    this.write(0, message);
  }
  debug(/** @type {string} */ message) {
    this.write(1, message);
  }
  info(/** @type {string} */ message) {
    this.write(2, message);
  }
  warn(/** @type {string} */ message) {
    this.write(3, message);
  }
  error(/** @type {string} */ message) {
    this.write(4, message);
  }
  critical(/** @type {string} */ message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(/** @type {number} */ level) {
    this.level = level;
  }
  clearFormatters() {
    this.bare = true;
  }
  setPattern() {
    this.bare = false;
  }
  flush() {}
  drop() {}
}

export const version = 0;
export function setLevel() {}
export function setFlushOn() {}
export function shutdown() {}
/** @param {string} _name @param {string} file */
export function createRotatingLogger(_name, file) {
  return new Logger(file);
}
/** @param {string} _name @param {string} file */
export function createAsyncRotatingLogger(_name, file) {
  return Promise.resolve(new Logger(file));
}
