import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type CompletionSource, failed, type Outcome } from '../../../src/domain/completion.ts';
import { askAtTheWindow, contextWindowDefaults, type WindowResult } from '../../../src/evaluation/contextWindow.ts';
import { answerOf } from './answers.ts';

/** A server with a tokenizer of its own. */
interface Server {
  /** Tokens of a line, of a pad, and of what the template puts around. */
  readonly line?: number;
  readonly pad?: number;
  readonly around?: number;
  /** What it says to a prompt of so many tokens. Default: as llama.cpp with a context of 2048. */
  readonly says?: (tokens: number) => Outcome;
}

const context = 2048;

const ok = (promptTokens?: number): Outcome => answerOf('x', promptTokens === undefined ? {} : { usage: { promptTokens } });
const tooLong = (promptTokens?: number): Outcome =>
  failed({ kind: 'context_length', message: 'too long', ...(promptTokens === undefined ? {} : { promptTokens, contextTokens: context }) });
const likeLlama = (tokens: number): Outcome => (tokens < context ? ok(tokens) : tooLong(tokens));

function serverOf({ line = 5, pad = 1, around = 3, says = likeLlama }: Server): { source: CompletionSource; asked: number[] } {
  const asked: number[] = [];
  const source: CompletionSource = {
    id: 'candidate',
    complete({ prefix }) {
      const lines = prefix.split('\n').length - 1;
      const pads = prefix.slice(prefix.lastIndexOf('\n') + 1).length / ' x'.length;
      const tokens = around + lines * line + pads * pad;
      asked.push(tokens);
      return Promise.resolve(says(tokens));
    },
  };
  return { source, asked };
}

const ask = (server: Server): Promise<WindowResult> => askAtTheWindow(serverOf(server).source, context, new AbortController().signal);

/** The judgements as words. */
async function told(server: Server): Promise<readonly string[] | string> {
  const result = await ask(server);
  if ('why' in result) return result.why;
  return result.findings.map(({ id, judgement }) => `${id} ${judgement.kind === 'wrong' ? judgement.words : judgement.kind}`);
}

describe('asking at the end of the context', () => {
  it('finds nothing wrong with a server that answers up to its context and says what is too long', async () => {
    assert.deepEqual(await told({}), ['n-1 fine', 'n fine', 'n+1 fine']);
  });

  it('asks with exactly n − 1, n and n + 1 tokens, whatever a line and the template have', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 40 }), async (line, around) => {
        const { source, asked } = serverOf({ line, around });
        await askAtTheWindow(source, context, new AbortController().signal);
        assert.deepEqual(asked.slice(-3), [context - 1, context, context + 1]);
        assert.ok(asked.length <= contextWindowDefaults.tries + 4);
      }),
    ));

  it('says so when no prompt of that length can be made', async () => {
    assert.equal(await told({ pad: 2, line: 6, around: 2 }), 'no prompt of 2047 tokens could be made');
  });

  it('sees a prompt that is cut without a word, from the first token or only beyond the context', async () => {
    assert.deepEqual(await told({ says: (tokens) => ok(Math.min(tokens, 1024)) }), [
      'n-1 cuts the prompt without a word: of 2047 tokens it read 1024',
    ]);
    assert.deepEqual(await told({ says: (tokens) => ok(tokens < context ? tokens : 1024) }), [
      'n-1 fine',
      'n cuts the prompt without a word: of 2048 tokens it read 1024',
      'n+1 cuts the prompt without a word: of 2049 tokens it read 1024',
    ]);
  });

  it('sees a server that refuses what fits', async () => {
    const says = (tokens: number): Outcome => (tokens < context - 1 ? ok(tokens) : tooLong(tokens));
    assert.deepEqual(await told({ says }), ['n-1 refuses 2047 tokens, though they fit: context_length', 'n fine', 'n+1 fine']);
  });

  it('sees a server that breaks instead of refusing, and takes a broken connection for no sign', async () => {
    const breaks = (tokens: number): Outcome => (tokens < context ? ok(tokens) : failed({ kind: 'server', message: 'error' }));
    const [, at, beyond] = (await told({ says: breaks })) as string[];
    assert.match(`${at} ${beyond}`, /^n answers 2048 tokens with the failure server instead of .* n\+1 answers 2049 tokens/);
    const gone = (tokens: number): Outcome =>
      tokens < context ? ok(tokens) : failed({ kind: 'network', cause: 'reset', message: 'reset' });
    assert.deepEqual(await told({ says: gone }), ['n-1 fine', 'n unknown', 'n+1 unknown']);
  });

  it('lets a server have a longer context than it says', async () => {
    assert.deepEqual(await told({ says: ok }), ['n-1 fine', 'n fine', 'n+1 fine']);
  });

  it('says what it cannot know: no counts, no answer, a context that is too long to be filled', async () => {
    assert.equal(await told({ says: () => ok() }), 'the server does not count tokens');
    const says = (tokens: number): Outcome =>
      tokens > 1000 ? failed({ kind: 'timeout', deadline: 'total', message: 'late' }) : ok(tokens);
    assert.equal(await told({ says }), 'a prompt of 2047 tokens was not answered: timeout');
    const { source, asked } = serverOf({});
    const result = await askAtTheWindow(source, contextWindowDefaults.longest + 1, new AbortController().signal);
    assert.ok('why' in result && result.why.includes('longer than what is tried'));
    assert.deepEqual(asked, []);
    const longest = await askAtTheWindow(source, contextWindowDefaults.longest, new AbortController().signal);
    assert.ok('findings' in longest);
    const odd = serverOf({ pad: 2, line: 6, around: 2 });
    await askAtTheWindow(odd.source, context, new AbortController().signal);
    assert.equal(odd.asked.length, 2 + contextWindowDefaults.tries);
  });

  it('forgives some tokens that a server counts otherwise, and does not judge a refusal of another length than was meant', async () => {
    assert.deepEqual(await told({ says: (tokens) => ok(tokens < context ? tokens : tokens - 4) }), ['n-1 fine', 'n fine', 'n+1 fine']);
    // It says no count where it answers, so that nobody knows what was sent.
    const says = (tokens: number): Outcome => (tokens < 1000 ? ok(tokens) : tooLong());
    assert.deepEqual(await told({ says }), ['n-1 unknown', 'n fine', 'n+1 fine']);
  });

  it('hands on that it is to end', async () => {
    const { signal } = new AbortController();
    const seen: AbortSignal[] = [];
    const source: CompletionSource = { id: 'm', complete: (_, call) => (seen.push(call.signal), Promise.resolve(ok(5))) };
    await askAtTheWindow(source, context, signal);
    assert.ok(seen.length > 0 && seen.every((each) => each === signal));
  });
});
