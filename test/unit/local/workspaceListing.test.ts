import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/event.ts';
import { ChangeBatch, changeDefaults } from '../../../src/local/changeBatch.ts';
import { relistAfter, WorkspaceFeed } from '../../../src/local/workspaceFeed.ts';
import type { IndexProgress, KeptFile, SourcePlace, ToSources } from '../../../src/local/workerProtocol.ts';
import { type FolderPlace, listingDefaults, listWorkspace, type WorkspaceFiles } from '../../../src/local/workspaceListing.ts';
import { startVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

/** A workspace of names, searched as an editor does. */
class NamedFiles implements WorkspaceFiles<string> {
  readonly searches: string[] = [];
  nearest: FolderPlace[] = [];
  failure: Error | undefined;
  gone: string | undefined;

  constructor(
    readonly names: readonly string[],
    readonly roots = ['/w'],
  ) {}

  folders(): { root: string; excluded: string[] }[] {
    return this.roots.map((root) => ({ root, excluded: [] }));
  }

  near(): FolderPlace[] {
    return this.nearest;
  }

  search({ folder, name }: FolderPlace, isDeep: boolean, atMost: number): Promise<string[]> {
    if (this.failure) return Promise.reject(this.failure);
    this.searches.push(`${folder === 0 ? '' : folder}${name}/${isDeep ? '**' : '*'}`);
    const start = name === '' ? '' : `${name}/`;
    const found = this.names.filter((each) => each.startsWith(start) && (isDeep || !each.slice(start.length).includes('/')));
    return Promise.resolve(found.slice(0, atMost));
  }

  foldersIn({ name }: FolderPlace): Promise<string[]> {
    if (this.gone === name) return Promise.reject(new Error('no such folder'));
    const start = name === '' ? '' : `${name}/`;
    const inside = this.names.filter((each) => each.startsWith(start)).map((each) => each.slice(start.length).split('/'));
    return Promise.resolve([...new Set(inside.flatMap(([first, ...rest]) => (rest.length > 0 && first !== undefined ? [first] : [])))]);
  }

  placeOf(name: string): SourcePlace {
    return { path: `file:///w/${name}`, folder: 0, name };
  }
}

const many = (folder: string, count: number): string[] => Array.from({ length: count }, (_, file) => `${folder}/f${file}.ts`);

describe('the list of the workspace', () => {
  let time: VirtualTime;
  beforeEach(() => (time = startVirtualTime()));
  afterEach(() => time.uninstall());

  async function list(files: NamedFiles, signal = new AbortController().signal): Promise<{ told: ToSources[]; cut: boolean }> {
    const told: ToSources[] = [];
    const listed = listWorkspace({ files, tell: (message) => told.push(message), clock: systemClock, signal });
    await time.tickAsync(60_000);
    return { told, cut: (await listed).isCut };
  }
  const namesOf = (told: readonly ToSources[]): string[] =>
    told.flatMap((message) => (message.kind === 'sources' ? message.places.map(({ name }) => name) : []));

  it('of a small one takes one search, and says when it is whole', async () => {
    const files = new NamedFiles(['a.ts', 'src/b.ts']);
    const { told, cut } = await list(files);
    assert.deepEqual(files.searches, ['/**']);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['folders', 'sources', 'listed'],
    );
    assert.deepEqual(namesOf(told), ['a.ts', 'src/b.ts']);
    assert.equal(cut, false);
  });

  it('begins with the folders of what is worked on', async () => {
    const files = new NamedFiles(['a.ts', 'src/b.ts', 'src/deep/c.ts', 'lib/d.ts']);
    files.nearest = [
      { folder: 0, name: 'src/deep' },
      { folder: 0, name: 'src' },
    ];
    const { told } = await list(files);
    assert.deepEqual(namesOf(told), ['src/deep/c.ts', 'src/b.ts', 'a.ts', 'lib/d.ts']);
    const rings = told.flatMap((message) => (message.kind === 'sources' ? [message.ring] : []));
    assert.deepEqual(rings, [1, 2, 3]);
  });

  it('of a large one goes folder by folder, those on the way to what is worked on first', async () => {
    const { ofSearch } = listingDefaults;
    const files = new NamedFiles([...many('a', ofSearch), ...many('b', 10), ...many('c/x', 20), ...many('c/y', 5)]);
    files.nearest = [{ folder: 0, name: 'c/y' }];
    const { told } = await list(files);
    assert.deepEqual(files.searches, ['c/y/*', '/**', '/*', 'c/**', 'a/**', 'a/*', 'b/**']);
    assert.equal(new Set(namesOf(told)).size, files.names.length);
    assert.equal(namesOf(told).length, files.names.length);
  });

  it('of a million tiny files ends, the nearest among them, in turns of a few hundred', async function () {
    this.timeout(20_000);
    const folders = Array.from({ length: 100 }, (_, folder) => many(`p${folder}`, 10_000)).flat();
    const files = new NamedFiles([...folders, 'near/mine.ts']);
    files.nearest = [{ folder: 0, name: 'near' }];
    const { told, cut } = await list(files);
    const names = namesOf(told);
    assert.equal(names[0], 'near/mine.ts');
    assert.equal(names.length, listingDefaults.ofAll);
    assert.ok(cut);
    assert.ok(files.searches.length < 20, `${files.searches.length} searches`);
    for (const message of told) assert.ok(message.kind !== 'sources' || message.places.length <= listingDefaults.perTurn);
  });

  it('begins with the workspace folder that is worked in, and with no more folders than it may', async () => {
    const files = new NamedFiles(['a.ts'], ['/w', '/v']);
    files.nearest = Array.from({ length: 20 }, (_, index) => ({ folder: 1, name: `n${index}` }));
    await list(files);
    const near = Array.from({ length: listingDefaults.nearFolders }, (_, index) => `1n${index}/*`);
    assert.deepEqual(files.searches, [...near, '1/**', '/**']);
  });

  it('takes a folder for near by its whole name, and goes on when one is gone meanwhile', async () => {
    const { ofSearch } = listingDefaults;
    const files = new NamedFiles([...many('c', ofSearch), ...many('cc/y', 10), ...many('d', 3)]);
    files.nearest = [{ folder: 0, name: 'cc/y' }];
    files.gone = 'c';
    const { told } = await list(files);
    assert.deepEqual(files.searches, ['cc/y/*', '/**', '/*', 'cc/**', 'c/**', 'c/*', 'd/**']);
    assert.equal(told.at(-1)?.kind, 'listed');
  });

  it('is told in turns from the beginning, and ends with the turn in which another one takes its place', async () => {
    const { ofSearch, perTurn } = listingDefaults;
    const files = new NamedFiles([...many('a', ofSearch), ...many('b', ofSearch)]);
    const told: ToSources[] = [];
    const abort = new AbortController();
    const listed = listWorkspace({ files, tell: (message) => told.push(message), clock: systemClock, signal: abort.signal });
    await time.tickAsync(0);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['folders'],
    );
    await time.tickAsync(2);
    assert.equal(namesOf(told).length, 2 * perTurn);
    abort.abort();
    await time.tickAsync(1000);
    await listed;
    assert.equal(namesOf(told).length, 2 * perTurn);
    assert.deepEqual(files.searches, ['/**']);
  });

  it('is not whole when another one takes its place', async () => {
    const abort = new AbortController();
    abort.abort();
    const { told } = await list(new NamedFiles(['a.ts']), abort.signal);
    assert.ok(!told.some(({ kind }) => kind === 'listed'));
  });

  describe('as a feed of the index', () => {
    const progressed = new Emitter<IndexProgress>();
    const started = new Emitter<readonly KeptFile[]>();
    const foundFolder = new Emitter<SourcePlace>();
    const told: ToSources[] = [];
    const lines: string[] = [];
    const index = {
      held: [] as KeptFile[] | undefined,
      tell: (message: ToSources) => void told.push(message),
      onDidStart: started.event,
      onDidProgress: progressed.event,
      onDidFindFolder: foundFolder.event,
    };
    const log = (message: string): void => void lines.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const kinds = (): string[] => told.map(({ kind }) => kind);
    let feed: WorkspaceFeed<string> | undefined;
    const feedOf = (files: NamedFiles): WorkspaceFeed<string> => (feed = new WorkspaceFeed({ index, files, clock: systemClock, logger }));
    const idle: IndexProgress = {
      files: 2, waiting: 0, bytes: 3e6, sampled: 0, left: 0, skipped: 0,
      sources: { listed: 2, done: 2, taken: 2, isListing: false, refused: { minified: 3, ignored: 1, link: 0 } },
    }; // prettier-ignore

    beforeEach(() => {
      told.length = 0;
      lines.length = 0;
    });
    afterEach(() => feed?.dispose());

    it('lists everything at once, again for a new thread, and says in one line what came of it', async () => {
      feedOf(new NamedFiles(['a.ts', 'b.ts']));
      await time.tickAsync(100);
      assert.deepEqual(kinds(), ['folders', 'sources', 'listed']);
      progressed.fire({ ...idle, waiting: 5 });
      progressed.fire(idle);
      progressed.fire(idle);
      assert.equal(lines.length, 1);
      assert.match(
        lines[0] ?? '',
        /^local: 2 files of the workspace listed in \d+ ms; 2 known, .* 3 MB; not taken in: 3 minified, 1 ignored$/,
      );
      started.fire([]);
      await time.tickAsync(100);
      assert.deepEqual(kinds().slice(3), ['folders', 'sources', 'listed']);
    });

    it('hands on changes after a pause, and lists anew when an ignore file is among them', async () => {
      const made = feedOf(new NamedFiles(['a.ts']));
      await time.tickAsync(100);
      told.length = 0;
      made.changed('a.ts');
      await time.tickAsync(changeDefaults.after - 50);
      assert.deepEqual(kinds(), []);
      await time.tickAsync(100);
      assert.deepEqual(kinds(), ['changed']);
      made.changed('src/.gitignore');
      await time.tickAsync(changeDefaults.after + relistAfter + 100);
      assert.deepEqual(kinds(), ['changed', 'changed', 'folders', 'sources', 'listed']);
    });

    it('lists a new folder', async () => {
      feedOf(new NamedFiles(['a.ts', 'new/b.ts']));
      await time.tickAsync(100);
      told.length = 0;
      foundFolder.fire({ path: 'file:///w/new', folder: 0, name: 'new' });
      await time.tickAsync(100);
      assert.deepEqual(told, [{ kind: 'changed', places: [{ path: 'file:///w/new/b.ts', folder: 0, name: 'new/b.ts' }] }]);
    });

    it('lists new folders one after the other, without those inside of one that waits; of many everything anew', async () => {
      const files = new NamedFiles(['new/b.ts', 'other/deep/c.ts']);
      feedOf(files);
      await time.tickAsync(100);
      files.searches.length = 0;
      const find = (name: string): void => foundFolder.fire({ path: `file:///w/${name}`, folder: 0, name });
      for (const name of ['new', 'other', 'other/deep', 'other']) find(name);
      assert.deepEqual(files.searches, ['new/**']);
      await time.tickAsync(100);
      assert.deepEqual(files.searches, ['new/**', 'other/**']);
      files.searches.length = 0;
      for (let folder = 0; folder < 500; folder += 1) find(`made${folder}`);
      await time.tickAsync(relistAfter + 1000);
      assert.ok(files.searches.length < 5, files.searches.join());
      assert.equal(files.searches.at(-1), '/**');
      files.searches.length = 0;
      find('new');
      await time.tickAsync(100);
      assert.deepEqual(files.searches, ['new/**']);
    });

    it('says why when the editor cannot search, and goes on', async () => {
      const files = new NamedFiles([]);
      files.failure = new Error('no search here');
      feedOf(files);
      await time.tickAsync(100);
      assert.deepEqual(lines, ['local: the files of the workspace could not be listed: no search here']);
    });
  });

  describe('changes of files', () => {
    it('of a checkout are handed on in small turns, and too many of them not at all', async () => {
      const turns: number[] = [];
      let floods = 0;
      const batch = new ChangeBatch<number>(
        systemClock,
        (items) => turns.push(items.length),
        () => (floods += 1),
      );
      for (let file = 0; file < 5000; file += 1) batch.add(file);
      await time.tickAsync(changeDefaults.after + 30 * changeDefaults.betweenTurns);
      assert.equal(
        turns.reduce((sum, count) => sum + count, 0),
        5000,
      );
      assert.ok(Math.max(...turns) <= changeDefaults.perTurn);
      for (let file = 0; file < 100_000; file += 1) batch.add(file);
      await time.tickAsync(5000);
      assert.equal(floods, 1);
      assert.equal(turns.reduce((sum, count) => sum + count, 0), 5000); // prettier-ignore
      batch.dispose();
    });

    it('wait for a pause after the last of them; after too many of them the next are handed on, once disposed of none', async () => {
      const turns: number[][] = [];
      const batch = new ChangeBatch<number>(
        systemClock,
        (items) => turns.push([...items]),
        () => undefined,
      );
      for (let item = 0; item < 3; item += 1) {
        batch.add(item);
        await time.tickAsync(changeDefaults.after - 100);
      }
      assert.deepEqual(turns, []);
      await time.tickAsync(200);
      assert.deepEqual(turns.splice(0), [[0, 1, 2]]);
      for (let file = 0; file < 1000; file += 1) batch.add(file);
      await time.tickAsync(changeDefaults.after + changeDefaults.betweenTurns);
      for (let file = 0; file < changeDefaults.most + 10; file += 1) batch.add(file);
      await time.tickAsync(5000);
      turns.length = 0;
      batch.add(7);
      await time.tickAsync(changeDefaults.after);
      assert.deepEqual(turns.splice(0), [[7]]);
      batch.add(8);
      batch.dispose();
      await time.tickAsync(5000);
      assert.deepEqual(turns, []);
    });

    it('that never pause are handed on all the same', async () => {
      let handed = 0;
      const batch = new ChangeBatch<number>(
        systemClock,
        (items) => (handed += items.length),
        () => undefined,
      );
      for (let tick = 0; tick < 30; tick += 1) {
        batch.add(tick);
        await time.tickAsync(100);
      }
      assert.ok(handed > 10, `${handed}`);
      batch.dispose();
    });
  });
});
