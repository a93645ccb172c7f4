import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { routeEntries } from '../../../src/settings/route.ts';
import { actionLines, manageLines, type RunningTest, testLines } from '../../../src/ui/manageBackends.ts';
import { source } from './snapshots.ts';

const entry = (name: string): object => ({ name, baseUrl: 'http://127.0.0.1:1/v1', model: 'm' });
const shown = (lines: readonly { label: string; description?: string; detail?: string }[]): string[] =>
  lines.map(({ label, description = '', detail = '' }) => [label, description, detail].filter(Boolean).join(' | '));

describe('the list of backends', () => {
  it('is in the order of the route, with how each one is', () => {
    const entries = routeEntries([entry('a'), { name: 'bad', baseUrl: 'x', model: 'm' }]);
    assert.deepEqual(shown(manageLines(entries, [source('a', 'at-capacity')])), [
      'In the order they are asked',
      '1. a | at capacity · m · 127.0.0.1:1',
      '2. $(warning) bad | cannot be used | baseUrl is "x", allowed is a URL such as http://127.0.0.1:8080/v1',
      'More',
      '$(add) Add a backend…',
      '$(beaker) Test all',
    ]);
  });

  it('offers only to add where there is none', () => {
    assert.deepEqual(shown(manageLines([], [])), ['More', '$(add) Add a backend…']);
  });

  it('offers for each what can be done with it there', () => {
    const [first, second, third] = routeEntries([entry('a'), entry('b'), 7]);
    assert.ok(first && second && third);
    const actions = (of: typeof first): unknown[] => actionLines(of, 3).map(({ value }) => value);
    assert.deepEqual(actions(first), ['test', 'edit', 'down', 'key', 'remove']);
    assert.deepEqual(actions(second), ['test', 'edit', 'up', 'down', 'key', 'remove']);
    assert.deepEqual(actions(third), ['up', 'remove']);
  });

  it('shows tests as they run, pass, fail and answer badly', () => {
    const base: RunningTest = { name: 'a', baseUrl: 'http://127.0.0.1:1/v1', model: 'm', hasKey: false };
    const ok = { ok: true, firstTextAfter: 90, total: 120, model: 'm', typingDeadline: 3000 } as const;
    const tests: readonly RunningTest[] = [
      base,
      { ...base, result: { ...ok, text: 'left + right' } },
      { ...base, result: { ok: false, failure: { kind: 'network', cause: 'refused', message: 'x' }, total: 3 } },
      { ...base, result: { ...ok, text: '' } },
    ];
    assert.deepEqual(
      shown(testLines(tests)).map((line) => line.split(' | ').slice(0, 2).join(' | ')),
      [
        '$(loading~spin) a | testing…',
        '$(pass) a | first text after 90 ms, all after 120 ms',
        '$(error) a | Nothing answers at 127.0.0.1:1.',
        '$(warning) a | The answer is empty.',
      ],
    );
  });
});
