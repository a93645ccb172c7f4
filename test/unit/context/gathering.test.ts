import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { contextDefaults, ContextGathering } from '../../../src/context/contextGathering.ts';
import { verdictBounds } from '../../../src/context/secretVerdicts.ts';
import { rankingBounds } from '../../../src/context/windowRanking.ts';
import type { ContextSource, Finding } from '../../../src/context/finding.ts';
import type { CompletionRequest } from '../../../src/domain/completion.ts';
import { documentOf, FakeContextView } from '../../fakes/contextView.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const piece = (text: string, score = 0.9): Finding => ({
  kind: 'definition',
  documentId: 'file:///shop/a.ts',
  piece: { kind: 'definition', path: 'a.ts', text, score },
});
const quick: ContextSource = { id: 'definition', gather: () => [piece('function quick() {}')] };
const signal = (): AbortSignal => new AbortController().signal;

function gathering(
  sources: readonly ContextSource[] | undefined,
  view = new FakeContextView(),
  holdsSecret: (text: string) => boolean = () => false,
): ContextGathering {
  return new ContextGathering({
    view,
    clock: systemClock,
    logger: silentLogger,
    secretFinder: () => Promise.resolve(holdsSecret),
    ...(sources ? { sources } : {}),
  });
}

function textsOf(request: CompletionRequest): string[] {
  return (request.context ?? []).map(({ text }) => text);
}

describe('gathering context', () => {
  it('hangs for no source longer than the budget, and uses what the others found', () =>
    withVirtualTime(async (time) => {
      const hanging: ContextSource = { id: 'import', gather: () => new Promise(() => undefined) };
      const context = gathering([hanging, quick]);
      const begin = performance.now();
      const promise = context.gather(sampleRequest(), 1000, signal());
      let isDone = false;
      void promise.then(() => (isDone = true));
      await time.tickAsync(contextDefaults.budget - 1);
      assert.equal(isDone, false);
      await time.tickAsync(1);
      assert.deepEqual(textsOf(await promise), ['function quick() {}']);
      assert.equal(performance.now() - begin, contextDefaults.budget);
      assert.equal(time.countTimers(), 0);
    }));

  it('does not wait when every source has answered', () =>
    withVirtualTime(async (time) => {
      const begin = performance.now();
      assert.deepEqual(textsOf(await gathering([quick]).gather(sampleRequest(), 1000, signal())), ['function quick() {}']);
      assert.equal(performance.now() - begin, 0);
      assert.equal(time.countTimers(), 0);
    }));

  it('takes what a source hands over at the end of the budget', () =>
    withVirtualTime(async (time) => {
      const partial: ContextSource = {
        id: 'definition',
        gather: (_, end) => new Promise((resolve) => end.addEventListener('abort', () => resolve([piece('const half = 1;')]))),
      };
      const promise = gathering([partial]).gather(sampleRequest(), 1000, signal());
      await time.tickAsync(contextDefaults.budget);
      assert.deepEqual(textsOf(await promise), ['const half = 1;']);
    }));

  it('goes on without a source that throws, rejects or answers with nonsense', async () => {
    const broken: readonly ContextSource[] = [
      {
        id: 'import',
        gather: () => {
          throw new Error('a bug');
        },
      },
      { id: 'recent-edit', gather: () => Promise.reject(new Error('no server')) },
      { id: 'diagnostic', gather: () => undefined as unknown as Finding[] },
    ];
    assert.deepEqual(textsOf(await gathering([...broken, quick]).gather(sampleRequest(), 1000, signal())), ['function quick() {}']);
  });

  it('comes back at once, without context, when nobody waits any more', () =>
    withVirtualTime(async (time) => {
      const controller = new AbortController();
      const hanging: ContextSource = { id: 'import', gather: () => new Promise(() => undefined) };
      const request = sampleRequest();
      const promise = gathering([hanging, quick]).gather(request, 1000, controller.signal);
      await time.tickAsync(20);
      controller.abort();
      assert.equal(await promise, request);
      assert.equal(time.countTimers(), 0);
    }));

  it('gives a probe no context', async () => {
    const request = sampleRequest({ trigger: 'probe' });
    assert.equal(await gathering([quick]).gather(request, 1000, signal()), request);
  });

  it('survives 10 MB from one source and ten thousand findings from another', async () => {
    const huge = 'total(items)\n'.repeat(800_000);
    const view = new FakeContextView();
    const sources: readonly ContextSource[] = [
      { id: 'open-file', gather: () => [{ kind: 'open-file', document: documentOf('file:///shop/huge.ts', huge) }] },
      { id: 'definition', gather: () => [piece(huge)] },
      { id: 'import', gather: () => Array.from({ length: 10_000 }, (_, index) => piece(`const value${index} = ${index};`, 0.1)) },
    ];
    const context = gathering(sources, view);
    const begin = performance.now();
    const result = await context.gather(sampleRequest(), 3000, signal());
    assert.ok(performance.now() - begin < 1000, 'nothing reads 10 MB');
    const size = textsOf(result).join('').length;
    assert.ok(size > 0 && size <= 3000, `${size}`);
    assert.ok(huge.length > rankingBounds.document);
    assert.ok(result.context?.every(({ path }) => path !== 'huge.ts'));
  });

  it('leaves out what is ignored, even when a source found it, and what looks like a secret', async () => {
    const view = new FakeContextView();
    view.show('file:///shop/secret.ts', 'export function total(items: Item[]) { return "canary"; }\n');
    view.show('file:///shop/open.ts', 'export function total(items: Item[]) { return items.length; }\n');
    view.show('file:///shop/keys.ts', 'export const total = { items: "sk-canary" };\n');
    view.ignored.add('file:///shop/secret.ts');
    const isSecret = (text: string): boolean => text.includes('sk-');
    const result = await gathering(undefined, view, isSecret).gather(sampleRequest({ documentId: 'file:///shop/cart.ts' }), 3000, signal());
    assert.deepEqual(
      result.context?.map(({ path }) => path),
      ['open.ts'],
    );
  });

  it('looks once at each text, and at no more for one request than it has time for, where many hold a secret', async () => {
    const texts = Array.from({ length: 60 }, (_, index) => `const key${index} = 'sk-${index}';`);
    const findings = [...texts.map((text) => piece(text)), piece('const clean = 1;', 0.5)];
    const searched: string[] = [];
    const isSecret = (text: string): boolean => {
      searched.push(text);
      return text.includes('sk-');
    };
    const context = gathering([{ id: 'definition', gather: () => findings }], new FakeContextView(), isSecret);
    const sent: string[][] = [];
    for (let round = 0; round < 4; round++) {
      const before = searched.length;
      sent.push(textsOf(await context.gather(sampleRequest(), 1000, signal())));
      assert.ok(searched.length - before <= verdictBounds.perRequest, `${searched.length - before}`);
    }
    assert.deepEqual(sent, [[], [], ['const clean = 1;'], ['const clean = 1;']]);
    assert.equal(searched.length, 61);
    assert.equal(new Set(searched).size, 61);
  });

  it('sends no context while nothing can search it for secrets', () =>
    withVirtualTime(async (time) => {
      const finders: readonly (() => Promise<never>)[] = [() => Promise.reject(new Error('no rules')), () => new Promise(() => undefined)];
      for (const secretFinder of finders) {
        const view = new FakeContextView();
        const context = new ContextGathering({ view, clock: systemClock, logger: silentLogger, secretFinder, sources: [quick] });
        const request = sampleRequest();
        const promise = context.gather(request, 1000, signal());
        await time.tickAsync(contextDefaults.budget);
        assert.equal(await promise, request);
      }
      assert.equal(time.countTimers(), 0);
    }));

  it('repeats nothing that stands around the cursor, and no text twice', async () => {
    const twice = 'export function total(items: Item[]): number {';
    const sources: readonly ContextSource[] = [
      { id: 'definition', gather: () => [piece(twice), piece('const once = 1;'), piece('const once = 1;'), piece('once = 1')] },
    ];
    const result = await gathering(sources).gather(sampleRequest({ prefix: `${twice}\n  ` }), 3000, signal());
    assert.deepEqual(textsOf(result), ['const once = 1;']);
  });

  it('keeps within the room, and leaves the request as it was where there is none', async () => {
    const request = sampleRequest();
    assert.equal(await gathering([quick]).gather(request, 10, signal()), request);
  });
});
