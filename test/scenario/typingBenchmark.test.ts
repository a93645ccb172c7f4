import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { foldSessions } from '../bench/typing/figures.ts';
import { sourceFiles } from '../bench/typing/sourceFiles.ts';
import { typingTargets, writeWith } from '../bench/typing/typing.ts';

describe('the typing benchmark, one round of it', () => {
  it('asks far less than a plain client, is far quicker, serves as much, and never takes away what is right', async function () {
    this.timeout(300_000);
    const extent = { files: sourceFiles(), seeds: [1], parts: 2, partSize: 700 };
    const plain = foldSessions(await writeWith('plain', extent));
    const own = foldSessions(await writeWith({ mechanisms: {} }, extent));
    const told = JSON.stringify({ own, plain });
    assert.equal(own.flickers, 0, told);
    assert.ok(own.requestsPer100Keys <= plain.requestsPer100Keys * typingTargets.requests, told);
    assert.ok(own.waitP50 <= plain.waitP50 * typingTargets.wait, told);
    assert.ok(own.keptShare >= plain.keptShare * typingTargets.kept, told);
    assert.ok(own.pausesWithText >= plain.pausesWithText, told);
  });
});
