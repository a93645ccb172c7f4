// @ts-check
/** Runs the suite named by SELFTEST_SUITE with mocha, as a project's own tests would. */
const path = require('node:path');

exports.run = async () => {
  const loaded = require(process.env['SELFTEST_MOCHA'] ?? 'mocha');
  const Mocha = loaded.default ?? loaded;
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false });
  mocha.addFile(path.join(__dirname, `${process.env['SELFTEST_SUITE']}.cjs`));
  await new Promise((resolve, reject) => {
    mocha.run((/** @type {number} */ failures) => (failures > 0 ? reject(new Error(`${failures} failing`)) : resolve(undefined)));
  });
};
