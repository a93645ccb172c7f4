// @ts-check
/**
 * Mocha's `spec` reporter that also appends `{"passed":…,"failed":…,"pending":…,"failures":["title: message", …]}` as a line to the
 * file named by FAILSOFT_TEST_COUNTS, so that `test/run.mjs` can add up several runs, whatever process or extension host they were in,
 * and name what failed in its last lines: of a long output, only the end may be kept. With the reporter option `endsWithin` (seconds) the
 * process fails when it lives on after the last test: what a failed test has left open must not hold up the whole run.
 */
const { appendFileSync } = require('node:fs');
const loaded = require('mocha');
/** @type {typeof import('mocha')} an ES module since mocha 12; older ones are the class itself */
const Mocha = /** @type {any} */ (loaded).default ?? loaded;

class CountingReporter extends Mocha.reporters.Spec {
  /** @param {import('mocha').Runner} runner @param {import('mocha').MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    /** @type {string[]} */
    const failed = [];
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle().trim()}: ${error?.message ?? error}`));
    runner.once('end', () => {
      const file = process.env['FAILSOFT_TEST_COUNTS'];
      if (!file) return;
      const { passes, failures, pending } = this.stats;
      const seconds = Number(options.reporterOptions?.endsWithin);
      if (seconds > 0) {
        setTimeout(() => {
          console.error(`the process lives on ${seconds} s after its last test: something was left open`);
          process.exit(failures + 1);
        }, seconds * 1000).unref();
      }
      appendFileSync(file, `${JSON.stringify({ passed: passes, failed: failures, pending, failures: failed })}\n`);
    });
  }
}

module.exports = CountingReporter;
