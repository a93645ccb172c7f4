import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { writeProblem } from '../../../src/base/writeProblem.ts';

describe('whether a file could be written', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'failsoft-write-'));
    mkdirSync(path.join(folder, 'shut'));
    writeFileSync(path.join(folder, 'report.md'), 'old');
  });
  afterEach(() => {
    chmodSync(path.join(folder, 'shut'), 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds nothing against a new file, an old one, and folders that have to be made', () => {
    for (const name of ['new.md', 'report.md', 'a/b/new.md']) assert.equal(writeProblem(path.join(folder, name)), undefined, name);
  });

  it('names a folder, a device, and a file where a folder has to be', () => {
    assert.equal(writeProblem(folder), 'it is no file');
    assert.equal(writeProblem('/dev/null'), 'it is no file');
    assert.equal(writeProblem(path.join(folder, 'report.md', 'new.md')), `${path.join(folder, 'report.md')} is no folder`);
  });

  it('names a folder that nothing may be written into', function () {
    if (process.getuid?.() === 0) this.skip(); // the administrator may
    chmodSync(path.join(folder, 'shut'), 0o500);
    assert.match(writeProblem(path.join(folder, 'shut', 'new.md')) ?? '', /permission/);
  });
});
