import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { foldSessions } from '../bench/typing/figures.ts';
import { typingTargets, writeWith } from '../bench/typing/typing.ts';
import { sampleFiles } from '../fakes/typingExtent.ts';

describe('typing with the whole engine, on virtual time', () => {
  it('asks far less than a plain client, is far quicker, and never takes away what is right', async function () {
    this.timeout(60_000);
    const extent = { files: sampleFiles, seeds: [1, 2, 3], parts: 2, partSize: 300 };
    const plain = foldSessions(await writeWith('plain', extent));
    const own = foldSessions(await writeWith({ mechanisms: {} }, extent));
    const told = JSON.stringify({ own, plain });
    assert.equal(own.flickers, 0, told);
    assert.ok(own.requestsPer100Keys <= plain.requestsPer100Keys * typingTargets.requests, told);
    assert.ok(own.waitP50 <= plain.waitP50 * typingTargets.wait, told);
    assert.ok(own.pausesWithText >= plain.pausesWithText, told);
  });
});
