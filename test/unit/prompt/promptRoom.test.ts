import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { type CompletionRequest, type CompletionSource, type ContextPiece, sizeOfPiece } from '../../../src/domain/completion.ts';
import { PromptShape, promptShapeDefaults } from '../../../src/prompt/promptShape.ts';
import { contextRoom, fitContext, promptRoomDefaults, shapePrompt } from '../../../src/prompt/promptRoom.ts';
import { withContextBudget } from '../../../src/prompt/contextBudget.ts';
import { SteadyStart, steadyStartDefaults } from '../../../src/prompt/steadyStart.ts';
import { TokenMeter, tokenMeterDefaults } from '../../../src/prompt/tokenMeter.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { ScriptedSource } from '../../fakes/scriptedSource.ts';

const piece = (path: string, length: number, score: number): ContextPiece => ({ kind: 'open-file', path, text: 'x'.repeat(length), score });
const lengthOf = ({ prefix, suffix, context = [] }: CompletionRequest): number =>
  context.reduce((sum, each) => sum + sizeOfPiece(each), prefix.length + suffix.length);
const line = 'const value = compute(other, 12);\n';

describe('the room in a prompt', () => {
  it('leaves a small request as it is', () => {
    const request = sampleRequest({ context: [piece('a.ts', 100, 0.5)] });
    assert.deepEqual(shapePrompt(request, Infinity, 5000), request);
    const bare = sampleRequest();
    assert.deepEqual(shapePrompt(bare, Infinity, 5000), bare);
  });

  it('goes to what is around the cursor first', () => {
    const context = [piece('a.ts', 2000, 0.5), piece('b.ts', 2000, 0.9), piece('c.ts', 500, 0.1)];
    const request = sampleRequest({ prefix: line.repeat(200), suffix: line.repeat(100), context });
    const shaped = shapePrompt(request, 8000, 5000);
    assert.ok(lengthOf(shaped) <= 8000);
    assert.deepEqual(
      shaped.context?.map(({ path }) => path),
      ['b.ts'],
    );
    assert.ok(shaped.prefix.length > 4000);
    assert.ok(shaped.prefix.startsWith(line) && request.prefix.endsWith(shaped.prefix));
    assert.ok(shaped.suffix.endsWith(';\n') && request.suffix.startsWith(shaped.suffix));
  });

  it('is never overrun, and nothing is invented, however little there is', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'word', '😀'), maxLength: 300 });
    fc.assert(
      fc.property(text, text, fc.nat(500), fc.nat(300), (prefix, suffix, characters, contextCharacters) => {
        const request = sampleRequest({ prefix, suffix, context: [piece('a.ts', 20, 0.4), piece('b.ts', 60, 0.6)] });
        const shaped = shapePrompt(request, characters, contextCharacters);
        assert.ok(lengthOf(shaped) <= characters, `${lengthOf(shaped)} of ${characters}`);
        assert.ok(prefix.endsWith(shaped.prefix) && suffix.startsWith(shaped.suffix));
        assert.ok(!/\p{Cs}/u.test(shaped.prefix + shaped.suffix), 'no half of a character');
      }),
    );
  });

  it('has little for what follows the cursor, because servers read it anew each time', () => {
    const suffix = line.repeat(500);
    const { suffixMinimum, suffixMaximum, suffixShare } = promptRoomDefaults;
    const lengthAfter = (prefix: string): number => shapePrompt(sampleRequest({ prefix, suffix }), Infinity, 0).suffix.length;
    assert.ok(lengthAfter('x') > suffixMinimum - line.length && lengthAfter('x') <= suffixMinimum);
    const long = line.repeat(400);
    assert.ok(lengthAfter(long) <= (long.length * suffixShare) / (1 - suffixShare));
    assert.ok(lengthAfter(line.repeat(5000)) <= suffixMaximum);
  });

  it('gives one side what the other does not need, and cuts within a line when whole ones would leave too little', () => {
    const of = (prefix: string, suffix: string): number[] => {
      const shaped = shapePrompt(sampleRequest({ prefix, suffix }), 100, 0);
      return [shaped.prefix.length, shaped.suffix.length];
    };
    assert.deepEqual(of('x'.repeat(200), ')'), [99, 1]);
    assert.deepEqual(of('x', 'y'.repeat(200)), [1, 99]);
    assert.deepEqual(of(`${'x'.repeat(200)}\ny`, ''), [100, 0]);
  });

  it('leaves out the pieces with the lowest scores and keeps the order of the others', () => {
    const context = [piece('a', 100, 0.5), piece('b', 100, 0.2), piece('c', 100, 0.7), piece('d', 100, 0.3)];
    assert.deepEqual(
      fitContext(context, 300).map(({ path }) => path),
      ['a', 'c'],
    );
    assert.deepEqual(fitContext(context, 0), []);
    assert.equal(fitContext(context, 10_000), context);
  });
});

describe('the beginning of a long document', () => {
  it('stays where it was while typing, until there is no more room', () => {
    const start = new SteadyStart();
    let prefix = '';
    for (let number = 0; number < 3000; number++) prefix += `const value${number} = compute(${number});\n`;
    const begins = new Set<string>();
    let cuts = 0;
    for (let key = 0; key < 20_000; key += 10) {
      // As an editor hands it over: cut to a fixed length.
      const given = (prefix + 'x'.repeat(key)).slice(-48_000);
      const kept = given.slice(start.startOf('d', given, Infinity));
      assert.ok(kept.length <= steadyStartDefaults.maximum);
      const begin = kept.slice(0, 40);
      if (!begins.has(begin)) cuts += 1;
      begins.add(begin);
    }
    assert.ok(cuts > 1 && cuts < 8, `${cuts} cuts`);
  });

  it('is that of the document where it fits', () => {
    assert.equal(new SteadyStart().startOf('d', line.repeat(100), Infinity), 0);
    assert.ok(new SteadyStart().startOf('d', line.repeat(100), 1000) > 0);
  });
});

describe('the token meter', () => {
  it('learns from what the server counts, the first count whole', () => {
    const meter = new TokenMeter();
    assert.equal(meter.bytesPerToken, tokenMeterDefaults.bytesPerToken);
    meter.measure(4000, 1000);
    assert.equal(meter.bytesPerToken, 4);
    meter.measure(5000, 1000);
    assert.equal(meter.bytesPerToken, 4 + tokenMeterDefaults.weight);
  });

  it('stays within its bounds, whatever a server says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double(), fc.option(fc.double(), { nil: undefined }))), (counts) => {
        const meter = new TokenMeter();
        for (const [bytes, tokens] of counts) meter.measure(bytes, tokens);
        const { minimum, maximum } = tokenMeterDefaults;
        assert.ok(meter.bytesPerToken >= minimum && meter.bytesPerToken <= maximum, `${meter.bytesPerToken}`);
      }),
    );
  });

  it('does not learn from few tokens, which are mostly the format', () => {
    const meter = new TokenMeter();
    meter.measure(1000, tokenMeterDefaults.enough - 1);
    assert.equal(meter.bytesPerToken, tokenMeterDefaults.bytesPerToken);
  });

  it('gives fewer characters of a script whose characters are more bytes', () => {
    const meter = new TokenMeter();
    assert.equal(meter.charactersIn(100, sampleRequest({ prefix: 'abc', suffix: '' })), 300);
    assert.equal(meter.charactersIn(100, sampleRequest({ prefix: '数量和', suffix: '' })), 100);
    assert.equal(meter.charactersIn(100, sampleRequest({ prefix: '', suffix: '' })), 300);
  });

  it('changes the room for context by steps', () => {
    const meter = new TokenMeter();
    const rooms = new Set<number>();
    for (let answer = 0; answer < 100; answer++) {
      meter.measure(3300 + 10 * (answer % 5), 1000);
      rooms.add(contextRoom(meter));
    }
    for (const room of rooms) assert.equal(room % 500, 0);
    assert.ok(rooms.size <= 2);
  });
});

describe('a request for a context of so many tokens', () => {
  /** Room for all texts in so many tokens, 32 of them kept for the answer. */
  const roomIn = (tokens: number): number =>
    Math.max(0, tokens - 32 - promptShapeDefaults.reserve) * promptShapeDefaults.filled * tokenMeterDefaults.bytesPerToken;
  const within = (request: CompletionRequest, tokens: number): CompletionRequest =>
    new PromptShape(new TokenMeter()).withinTokens(request, tokens);

  it('is the same where it fits', () => {
    const request = sampleRequest({ context: [piece('a.ts', 10, 0.5)] });
    assert.deepEqual(within(request, 4096), request);
  });

  it('keeps what is nearest to the cursor', () => {
    const shaped = within(sampleRequest({ prefix: `${'far\n'.repeat(5000)}near`, suffix: `next${'\nfar'.repeat(5000)}` }), 2048);
    assert.ok(shaped.prefix.endsWith('near') && shaped.suffix.startsWith('next'));
    assert.ok(shaped.prefix.length > 2 * shaped.suffix.length, 'most of it is what stands before the cursor');
  });

  it('begins where the one before began, for as long as it fits', () => {
    const shape = new PromptShape(new TokenMeter());
    const begins = new Set<string>();
    for (let key = 0; key < 300; key++) {
      const prefix = Array.from({ length: 500 }, (_, number) => `const value${number} = ${number};\n`).join('') + 'x'.repeat(key);
      begins.add(shape.withinTokens(sampleRequest({ prefix, suffix: '' }), 2048).prefix.slice(0, 20));
    }
    assert.equal(begins.size, 1);
  });

  it('law: fits any text, never splits a character, and only cuts the far ends', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'word', '😀', '数'), maxLength: 600 });
    fc.assert(
      fc.property(text, text, fc.nat(500), (prefix, suffix, tokens) => {
        const shaped = within(sampleRequest({ prefix, suffix }), tokens);
        assert.ok(prefix.endsWith(shaped.prefix) && suffix.startsWith(shaped.suffix));
        assert.ok(!/\p{Cs}/u.test(shaped.prefix + shaped.suffix), 'no half of a character');
        const density = Buffer.byteLength(prefix + suffix) / Math.max(1, (prefix + suffix).length);
        assert.ok(shaped.prefix.length + shaped.suffix.length <= roomIn(tokens) / Math.max(1, density) + 1);
      }),
    );
  });
});

describe('a source with its room', () => {
  it('is asked with a shaped request, and gives more room when the server counts fewer tokens', async () => {
    const asked = new ScriptedSource();
    const inner: CompletionSource = {
      id: asked.id,
      complete: async (request, call) => ({ ...(await asked.complete(request, call)), usage: { promptTokens: 2000 } }),
    };
    const meter = new TokenMeter();
    const source = withContextBudget(inner, { clock: systemClock, logger: silentLogger, meter });
    const before = contextRoom(meter);
    const context = [piece('a.ts', 3000, 0.5), piece('b.ts', 3000, 0.9)];
    await source.complete(sampleRequest({ prefix: line.repeat(300), context }), quietCall());
    assert.deepEqual(
      asked.requests[0]?.context?.map(({ path }) => path),
      ['b.ts'],
    );
    assert.ok(contextRoom(meter) > before);
  });
});
