import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { Logger } from '../../../src/base/logger.ts';
import type { StartThread, ThreadEvents } from '../../../src/base/thread.ts';
import { createLocalEngine } from '../../../src/local/localEngine.ts';
import { createSnippetVoter, type SnippetVoter } from '../../../src/local/snippetMatch.ts';
import { createLocalIndex, keepDefaults, type LocalIndex, restartDefaults } from '../../../src/local/indexSupervisor.ts';
import { answerWithin, hangsAfter } from '../../../src/local/workerClient.ts';
import { inlineThread } from '../../fakes/inlineThread.ts';
import { MemoryFiles } from '../../fakes/memoryFiles.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';
import { documentOf, requestAt } from './fixture.ts';

const never = new AbortController().signal;
const place = { path: 'file:///b.ts', languageId: 'typescript', prefix: 'zebra.pai', suffix: '\n' };
const zebra = { path: 'file:///a.ts', languageId: 'typescript', text: 'zebra.paintStripes(first);\n'.repeat(3), stamp: '1' };

/** Threads that run the index in place, and that a test ends, stops or makes to fail. */
class Threads {
  readonly files = new MemoryFiles();
  readonly lines: string[] = [];
  /** When each was started, in ms. */
  readonly starts: number[] = [];
  /** How often one was disposed of. */
  disposed = 0;
  /** Set: threads take messages and say nothing. */
  isSilent = false;
  #events: ThreadEvents | undefined;

  readonly start: StartThread = (events) => {
    this.starts.push(performance.now());
    this.#events = events;
    let hasEnded = false;
    const inner = inlineThread(
      systemClock,
      this.files,
    )({ onMessage: (message) => !hasEnded && !this.isSilent && events.onMessage(message), onEnd: () => undefined });
    const dispose = (): void => {
      hasEnded = true;
      this.disposed += 1;
      inner.dispose();
    };
    return { post: (message) => inner.post(message), dispose };
  };

  /** The thread of the moment ends. */
  end(reason = 'it ended with code 1'): void {
    this.#events?.onEnd(reason);
  }

  /** Says that a file is being taken in. */
  say(message: unknown): void {
    this.#events?.onMessage(message);
  }

  get logger(): Logger {
    const note = (level: string) => (line: string) => void this.lines.push(`${level} ${line}`);
    return { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  }

  linesOf(level: string): readonly string[] {
    return this.lines.filter((line) => line.startsWith(level));
  }
}

interface Bench {
  readonly threads: Threads;
  readonly time: VirtualTime;
  readonly index: LocalIndex;
  /** What the thread holds, each time that one begins. */
  readonly begun: (readonly string[])[];
}

/** An index on virtual time, to which one file is written whenever a thread begins. */
function withIndex(test: (bench: Bench) => Promise<void>, imageFile?: string, files?: MemoryFiles): Promise<void> {
  return withVirtualTime(async (time) => {
    const threads = new Threads();
    if (files) for (const [name, bytes] of files.contents) threads.files.contents.set(name, bytes);
    const options = { thread: threads.start, clock: systemClock, logger: threads.logger };
    const index = createLocalIndex({ ...options, ...(imageFile === undefined ? {} : { imageFile }) });
    const begun: (readonly string[])[] = [];
    index.onDidStart((held) => {
      begun.push(held.map(({ path }) => path));
      if (held.length === 0) index.write(zebra);
    });
    index.start();
    await time.tickAsync(50);
    await test({ threads, time, index, begun });
    index.dispose();
  });
}

/** Files that the thread of the moment holds, as far as it has said. */
const heldBy = (index: LocalIndex): number | undefined => index.progress?.files;

async function answerOf({ index, time }: Bench): Promise<string | undefined> {
  const answer = index.complete(place, 'line', false, never);
  await time.tickAsync(answerWithin);
  return (await answer)?.text;
}

describe('local index: a thread that ends', () => {
  it('is started again, and everything is written again', () =>
    withIndex(async (bench) => {
      const { threads, time, index, begun } = bench;
      assert.equal(await answerOf(bench), 'ntStripes(first);');
      threads.end();
      assert.deepEqual([index.held, heldBy(index)], [undefined, undefined]);
      assert.equal(await index.complete(place, 'line', false, never), undefined, 'at once');
      index.write({ ...zebra, path: 'file:///lost.ts' });
      await time.tickAsync(restartDefaults.first + 50);
      assert.deepEqual(begun, [[], []]);
      assert.equal(await answerOf(bench), 'ntStripes(first);');
      assert.equal(heldBy(index), 1);
    }));

  it('is started again after longer and longer waits, with one warning, until it has run for a while', () =>
    withIndex(async ({ threads, time }) => {
      const waits: number[] = [];
      for (let turn = 0; turn < 8; turn += 1) {
        threads.end();
        const endedAt = performance.now();
        await time.tickAsync(restartDefaults.maximum);
        waits.push((threads.starts.at(-1) ?? 0) - endedAt);
        if (waits.length < 7) continue;
        await time.tickAsync(restartDefaults.wellAfter);
      }
      assert.deepEqual(waits.slice(0, 7), [1000, 4000, 16_000, 64_000, 256_000, 600_000, 600_000]);
      threads.end();
      const endedAt = performance.now();
      await time.tickAsync(restartDefaults.maximum);
      assert.equal((threads.starts.at(-1) ?? 0) - endedAt, restartDefaults.first);
      assert.equal(threads.linesOf('warn').length, 1);
      assert.match(threads.lines[0] ?? '', /^warn local: the index ended: it ended with code 1; it is started again in 1 s$/);
      assert.equal(threads.linesOf('error').length, 0);
    }));

  it('does not take in again the file at which it ended', () =>
    withIndex(async (bench) => {
      const { threads, time, index } = bench;
      threads.say({ kind: 'begun', path: zebra.path });
      threads.end('out of memory');
      await time.tickAsync(restartDefaults.first + 50);
      assert.equal(await answerOf(bench), '');
      index.write({ ...zebra, path: 'file:///other.ts' });
      await time.tickAsync(50);
      assert.equal(await answerOf(bench), 'ntStripes(first);');
      assert.match(threads.linesOf('warn')[0] ?? '', /file:\/\/\/a\.ts, at which it was, is left out/);
    }));

  it('stays paused when it is started again', () =>
    withIndex(async ({ threads, time, index }) => {
      index.pause(true);
      threads.end();
      await time.tickAsync(restartDefaults.first + 1000);
      assert.equal(heldBy(index), undefined, 'nothing was taken in');
      index.pause(false);
      await time.tickAsync(50);
      index.write({ ...zebra, stamp: '2' });
      await time.tickAsync(50);
      assert.equal(heldBy(index), 1);
    }));

  it('is not started again after disposal', () =>
    withIndex(async ({ threads, time, index }) => {
      threads.end();
      index.dispose();
      await time.tickAsync(restartDefaults.maximum);
      index.start();
      assert.equal(threads.starts.length, 1);
      assert.equal(await index.complete(place, 'line', false, never), undefined);
    }));
});

describe('local index: its memory', () => {
  it('is that of the setting, for which the thread is started again, and only for another value', () =>
    withIndex(async (bench) => {
      const { threads, time, index } = bench;
      index.resize(20 * 1024 * 1024);
      index.resize(20 * 1024 * 1024);
      await time.tickAsync(50);
      assert.deepEqual([threads.starts.length, threads.disposed], [2, 1]);
      assert.equal(await answerOf(bench), 'ntStripes(first);');
      assert.deepEqual(threads.linesOf('warn'), []);
    }));
});

describe('local index: a thread that hangs', () => {
  it('holds up a keystroke no longer than any other, is ended and started again', () =>
    withIndex(async (bench) => {
      const { threads, time } = bench;
      threads.isSilent = true;
      assert.equal(await answerOf(bench), undefined);
      await time.tickAsync(hangsAfter - answerWithin - 1);
      assert.ok(threads.disposed < 1);
      threads.isSilent = false;
      await time.tickAsync(2 + restartDefaults.first + 50);
      assert.ok(threads.disposed > 0);
      assert.equal(threads.starts.length, 2);
      assert.match(threads.linesOf('warn')[0] ?? '', /it said nothing for 20 s/);
      assert.equal(await answerOf(bench), 'ntStripes(first);');
    }));

  it('is not one that says something now and then, or one that nobody asks', () =>
    withIndex(async (bench) => {
      const { threads, time } = bench;
      for (let turn = 0; turn < 4; turn += 1) {
        threads.isSilent = true;
        await answerOf(bench);
        await time.tickAsync(hangsAfter - answerWithin - 1);
        threads.isSilent = false;
        await answerOf(bench);
      }
      threads.isSilent = true;
      await time.tickAsync(hangsAfter * 10);
      assert.equal(threads.starts.length, 1);
    }));
});

describe('local index: kept on disk', () => {
  /** The disk after a session of a minute. */
  const keptDisk = async (): Promise<MemoryFiles> => {
    let files = new MemoryFiles();
    await withIndex(async ({ threads, time }) => {
      await time.tickAsync(keepDefaults.after + 1000);
      files = threads.files;
    }, 'image');
    return files;
  };

  it('is there at once in the next session', async () => {
    const files = await keptDisk();
    assert.equal(files.writes, 1);
    await withIndex(
      async (bench) => {
        assert.deepEqual(bench.begun, [['file:///a.ts']]);
        assert.deepEqual(bench.index.held, [{ path: 'file:///a.ts', stamp: '1' }]);
        assert.equal(await answerOf(bench), 'ntStripes(first);');
      },
      'image',
      files,
    );
  });

  it('is kept when something has changed, not too often, and not before there is a file to keep', () =>
    withIndex(async ({ threads, time, index }) => {
      await time.tickAsync(keepDefaults.every * 3);
      const first = threads.files.writes;
      assert.equal(first, 1);
      for (let turn = 0; turn < 60; turn += 1) {
        index.write({ ...zebra, stamp: `turn ${turn}` });
        await time.tickAsync(keepDefaults.every / 30);
      }
      await time.tickAsync(keepDefaults.every * 2);
      const { writes } = threads.files;
      // Ten minutes of changes and the ten after them.
      assert.ok(writes >= 3 && writes <= 5, String(writes));
      index.write({ ...zebra, path: 'untitled:1', stamp: '' });
      await time.tickAsync(keepDefaults.every * 2);
      assert.equal(threads.files.writes, writes, 'what is not saved is no reason');
    }, 'image'));

  it('that cannot be used is built anew, with a line in the log, and replaced', async () => {
    const files = await keptDisk();
    const image = files.contents.get('image');
    assert.ok(image);
    image[image.length >> 1] = (image[image.length >> 1] ?? 0) ^ 1;
    await withIndex(
      async (bench) => {
        const { threads, time, begun } = bench;
        assert.deepEqual(begun, [[]]);
        assert.match(threads.linesOf('info')[0] ?? '', /could not be used \(1 so far\): it is not whole, or of another version/);
        assert.equal(await answerOf(bench), 'ntStripes(first);');
        await time.tickAsync(keepDefaults.after + 1000);
        assert.notDeepEqual(threads.files.contents.get('image'), image);
        assert.equal(threads.linesOf('warn').length, 0);
      },
      'image',
      files,
    );
  });

  it('is not used again after a thread has ended soon after it began with it', async () => {
    const files = await keptDisk();
    await withIndex(
      async ({ threads, time, begun }) => {
        await time.tickAsync(restartDefaults.suspectWithin / 2);
        threads.end();
        await time.tickAsync(restartDefaults.first + 50);
        assert.deepEqual(begun, [['file:///a.ts'], []]);
        await time.tickAsync(keepDefaults.every + keepDefaults.after);
        assert.equal(threads.files.writes, 1);
        await time.tickAsync(restartDefaults.suspectWithin);
        threads.end();
        await time.tickAsync(restartDefaults.maximum);
        assert.deepEqual(begun.at(-1), ['file:///a.ts'], 'what was kept since is good');
      },
      'image',
      files,
    );
  });

  it('on a disk that is full: one line, the index goes on, and it is kept when there is room', () =>
    withIndex(async (bench) => {
      const { threads, time, index } = bench;
      threads.files.refusal = 'ENOSPC: no space left on device, write';
      for (let turn = 0; turn < 10; turn += 1) {
        index.write({ ...zebra, stamp: `turn ${turn}` });
        await time.tickAsync(keepDefaults.every);
      }
      assert.ok(threads.files.writes >= 5 && threads.files.writes <= 11, String(threads.files.writes));
      const failures = threads.lines.filter((line) => line.includes('cannot be kept'));
      assert.deepEqual(failures, ['info local: the index cannot be kept: ENOSPC: no space left on device, write']);
      assert.equal(await answerOf(bench), 'ntStripes(first);');
      threads.files.refusal = undefined;
      await time.tickAsync(keepDefaults.every + keepDefaults.after);
      assert.ok(threads.files.contents.has('image'));
      assert.equal(threads.starts.length, 1);
    }, 'image'));
});

describe('local engine: when its thread ends', () => {
  it('goes on with snippets, and has the documents again as soon as a thread runs', () =>
    withVirtualTime(async (time) => {
      const threads = new Threads();
      const documents = [documentOf('file:///a.ts', zebra.text)];
      const view = {
        openDocuments: () => documents,
        snippets: () => [{ prefix: 'zeb', body: 'zebra();', languageIds: [], origin: 'user' as const }],
      };
      const snippets = (): Promise<SnippetVoter> => Promise.resolve(createSnippetVoter());
      const local = createLocalEngine({ view, clock: systemClock, logger: threads.logger, thread: threads.start, snippets });
      const offer = async (text: string): Promise<string> => {
        const answer = local.predict(requestAt(text), never);
        await time.tickAsync(answerWithin);
        return (await answer).text;
      };
      assert.equal(threads.starts.length, 0, 'nobody has asked yet');
      assert.match(await offer('zebra.pai|\n'), /^ntStripes/);
      threads.end();
      assert.equal(await offer('zebra.pai|\n'), '');
      assert.equal(await offer('zeb|\n'), 'ra();');
      await time.tickAsync(restartDefaults.first + 100);
      assert.match(await offer('zebra.pai|\n'), /^ntStripes/);
      local.dispose();
    }));
});
