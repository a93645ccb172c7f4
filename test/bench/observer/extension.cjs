// @ts-check
/**
 * Runs beside Failsoft in the extension host and writes what activation took to the file that FAILSOFT_BENCH_FILE names. It
 * activates nothing by itself: VS Code does that when it has started, as for a person.
 */
const { renameSync, writeFileSync } = require('node:fs');
const vscode = require('vscode');

/** Milliseconds between two looks. */
const pause = 20;

exports.activate = () => {
  const file = process.env['FAILSOFT_BENCH_FILE'];
  if (!file) return;
  const look = () => {
    const extension = vscode.extensions.getExtension('failsoft.failsoft');
    if (!extension?.isActive) {
      setTimeout(look, pause);
      return;
    }
    writeFileSync(`${file}.part`, JSON.stringify({ activationMillis: extension.exports.activationMillis }));
    renameSync(`${file}.part`, file);
  };
  look();
};
