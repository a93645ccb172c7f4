import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type FileReading, watchFile } from '../../src/base/watchedFile.ts';
import { until } from '../fakes/assignmentBench.ts';

/** Said in docs/rollout-policy.md, in milliseconds. */
const promised = 2000;

describe('a watched file', () => {
  let folder: string;
  let file: string;
  let heard: FileReading[];
  let stop: () => void;

  const watch = (name: string): void => {
    file = path.join(folder, name);
    const watching = watchFile(file, 1000, (reading) => void heard.push(reading));
    stop = () => watching.dispose();
  };
  const last = (): FileReading | undefined => heard.at(-1);
  const isText = (text: string): boolean => {
    const reading = last();
    return reading?.kind === 'text' && reading.text === text;
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-watch-'));
    heard = [];
    stop = () => undefined;
  });
  afterEach(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is heard of when it comes, changes, is replaced and goes, each within 2 s', async () => {
    watch('flags.json');
    await until(() => last()?.kind === 'missing', promised);
    writeFileSync(file, 'one');
    await until(() => isText('one'), promised);
    writeFileSync(file, 'two');
    await until(() => isText('two'), promised);
    writeFileSync(`${file}.new`, 'ten');
    renameSync(`${file}.new`, file);
    await until(() => isText('ten'), promised);
    unlinkSync(file);
    await until(() => last()?.kind === 'missing', promised);
  });

  it('is heard of in a folder that is made later, which no system watches', async () => {
    watch('later/flags.json');
    await until(() => last()?.kind === 'missing', promised);
    mkdirSync(path.join(folder, 'later'));
    writeFileSync(file, 'one');
    await until(() => isText('one'), promised);
  });

  it('is told once for each change', async () => {
    watch('flags.json');
    writeFileSync(file, 'one');
    await until(() => isText('one'), promised);
    const count = heard.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal(heard.length, count);
  });

  it('is not read when it is too long or no file', async () => {
    watch('flags.json');
    writeFileSync(file, 'x'.repeat(1001));
    await until(() => last()?.kind === 'too-large', promised);
    writeFileSync(file, 'x'.repeat(1000));
    await until(() => last()?.kind === 'text', promised);
    unlinkSync(file);
    mkdirSync(file);
    await until(() => last()?.kind === 'unreadable', promised);
  });

  it('is not heard of any more once that is disposed', async () => {
    watch('flags.json');
    await until(() => heard.length === 1, promised);
    stop();
    writeFileSync(file, 'one');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(heard.length, 1);
  });
});
