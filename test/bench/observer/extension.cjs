// @ts-check
/**
 * Runs beside Failsoft in the extension host and writes what activation took to the file that FAILSOFT_BENCH_FILE names. It
 * activates nothing by itself: VS Code does that when it has started, as for a person. Afterwards it loads the copy of the bundle
 * that FAILSOFT_BENCH_COPY names, without calling it: that is what our code alone needs, with nobody else's work in between.
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
    const began = performance.now();
    require(process.env['FAILSOFT_BENCH_COPY'] ?? '');
    const requireMillis = performance.now() - began;
    writeFileSync(`${file}.part`, JSON.stringify({ activationMillis: extension.exports.activationMillis, requireMillis }));
    renameSync(`${file}.part`, file);
  };
  look();
};
