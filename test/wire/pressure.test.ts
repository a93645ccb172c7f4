import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';

/** Runs the process to its end. @returns its lines, and how it ended */
async function run(megabytes: number): Promise<{ readonly lines: readonly string[]; readonly code: unknown; readonly errors: string }> {
  const file = fileURLToPath(new URL('../fakes/scarceMemoryCli.ts', import.meta.url));
  const child = spawn(process.execPath, [
    `--max-old-space-size=${megabytes}`,
    '--max-semi-space-size=1',
    '--expose-gc',
    '--import',
    'tsx',
    file,
  ]);
  let [lines, errors] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (lines += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { lines: lines.trim().split('\n'), code, errors };
}

describe('a process that runs out of memory', () => {
  it('goes through all levels for real, is still there at the end, and comes back', async function () {
    this.timeout(120_000);
    const { lines, code, errors } = await run(256);
    assert.equal(code, 0, errors);
    const levels = lines.filter((line) => !line.startsWith('answered'));
    assert.deepEqual(
      levels.filter((line, index) => levels.indexOf(line) === index).slice(0, 4),
      ['heap elevated: shed', 'heap high: no-speculation', 'heap high: local-only', 'heap critical: pause'],
      lines.join('\n'),
    );
    assert.equal(levels.at(-1), 'over', lines.join('\n'));
    // Nothing is open, so the local engine has nothing to say.
    assert.deepEqual(
      lines.filter((line) => line.startsWith('answered')),
      ['answered by: local', 'answered by: Failsoft waits for memory', 'answered by: model'],
    );
  });
});
