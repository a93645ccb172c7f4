// @ts-check
/**
 * Mocha's `spec` reporter that also appends `{"passed":…,"failed":…,"pending":…}` as a line to the file named by
 * FAILSOFT_TEST_COUNTS, so that `test/run.mjs` can add up several runs, whatever process or extension host they were in.
 */
const { appendFileSync } = require('node:fs');
const loaded = require('mocha');
/** @type {typeof import('mocha')} an ES module since mocha 12; older ones are the class itself */
const Mocha = /** @type {any} */ (loaded).default ?? loaded;

class CountingReporter extends Mocha.reporters.Spec {
  /** @param {import('mocha').Runner} runner @param {import('mocha').MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env['FAILSOFT_TEST_COUNTS'];
      if (!file) return;
      const { passes, failures, pending } = this.stats;
      appendFileSync(file, `${JSON.stringify({ passed: passes, failed: failures, pending })}\n`);
    });
  }
}

module.exports = CountingReporter;
