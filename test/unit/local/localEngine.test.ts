import assert from 'node:assert/strict';

import fc from 'fast-check';
import { describe, it } from 'mocha';

import { CancelledByEditor, DeadlineError } from '../../../src/domain/failure.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { EngineMemory } from '../../../src/domain/service.ts';
import type { LocalEngine } from '../../../src/engine.ts';
import { sensitivities } from '../../../src/settings/settings.ts';
import { inlineLocal } from '../../fakes/inlineThread.ts';
import { documentOf, offered, requestAt } from './fixture.ts';

const service = `export class UserService {
  async find(id: string): Promise<User> {
    const row = await this.database.queryOne('users', id);
    if (row === undefined) throw new NotFoundError(id);
    this.logger.debug('found one');
    return toUser(row);
  }
}
`;
const documents = [documentOf('file:///user.ts', service)];

describe('local engine: asked by hand', () => {
  it('says all that it would say, the likeliest first; while typing that one only', async () => {
    const request = requestAt('if (a === 1) return;\nif (a === 2) return;\nif|\n');
    const engine = inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock);
    const live = { signal: new AbortController().signal };
    const typed = await engine.complete(request, live);
    const asked = await engine.complete({ ...request, trigger: 'manual' }, live);
    engine.dispose();
    assert.ok(typed.ok && asked.ok);
    assert.deepEqual([typed.text, typed.alternatives], [' (a ===', undefined]);
    const texts = [asked, ...(asked.alternatives ?? [])].map(({ text }) => text);
    assert.equal(texts.length, 2);
    assert.ok(texts.includes(' (condition) {\n    \n}'), texts.join());
    assert.ok(
      texts.some((text) => /^ \(a ===/.test(text)),
      texts.join(),
    );
  });
});

describe('local engine: what is sure enough', () => {
  const others = [documentOf('file:///sum.ts', '  return items.reduce(add, 0);\n'.repeat(3))];
  const request = requestAt('x\nreturn it|\n}');
  const live = new AbortController().signal;
  const made = (memory?: EngineMemory): LocalEngine =>
    inlineLocal({ openDocuments: () => others, snippets: () => [] }, systemClock, memory);

  it('depends on the sensitivity while typing; who asks is shown the best guess', async () => {
    const engine = made();
    const said: string[] = [];
    for (const sensitivity of sensitivities) {
      engine.setSensitivity(sensitivity);
      said.push((await engine.predict(request, live)).text);
    }
    engine.setSensitivity('quiet');
    const asked = await engine.predict({ ...request, trigger: 'manual' }, live);
    engine.dispose();
    assert.deepEqual(said, ['', 'ems.reduce(add, 0);', 'ems.reduce(add, 0);']);
    assert.match(asked.text, /^ems/);
  });

  it('depends on what the person makes of it, also in the next session, until that is forgotten', async () => {
    let kept: unknown;
    const memory: EngineMemory = { read: () => kept, write: (value) => void (kept = structuredClone(value)) };
    const before = made(memory);
    const first = await before.complete(request, { signal: live });
    assert.ok(first.ok && first.basis && first.text !== '');
    for (let time = 0; time < 60; time += 1) before.learn('typescript', first.basis, false);
    assert.equal((await before.predict(request, live)).text, '');
    before.dispose();
    const after = made(memory);
    assert.equal((await after.predict(request, live)).text, '');
    after.forgetLearned();
    assert.equal((await after.predict(request, live)).text, first.text);
    after.dispose();
    assert.equal(kept, undefined);
  });
});

describe('local engine: continuing a line', () => {
  it('completes the line that begins like one in an open document', async () => {
    assert.equal(await offered('function f() {\n  const row = |\n}', { documents }), "await this.database.queryOne('users', id);");
  });

  it('completes inside a word that is begun', async () => {
    assert.equal(await offered('    const row = await this.data|', { documents }), "base.queryOne('users', id);");
  });

  it('adds the blank that is not typed yet', async () => {
    assert.equal(await offered('    if (row ===|', { documents }), ' undefined) throw new NotFoundError(id);');
  });

  it('takes the document itself above and below the cursor', async () => {
    assert.equal(await offered('log.info("started", name);\nlog.in|\n'), 'fo("started", name);');
    assert.equal(await offered('log.in|\nx();\nlog.info("started", name);\n'), 'fo("started", name);');
  });

  it('knows what follows a line at an empty line', async () => {
    const text = `    if (row === undefined) throw new NotFoundError(id);\n    |`;
    assert.equal(await offered(text, { documents }), "this.logger.debug('found one');");
  });

  it('prefers what most places say', async () => {
    const text = 'send(first, 1);\nsend(second, 2);\nsend(second, 2);\nsend(second, 2);\nsend(|\n';
    assert.equal(await offered(text), 'second, 2);');
  });

  it('completes a word that was written before when nothing else is known', async () => {
    assert.equal(await offered('class Zebra { stripesOnBack = 1 }\nalert(x + stri|', { trigger: 'automatic' }), 'pesOnBack');
  });

  it('takes a word that nobody wrote before as whole', async () => {
    const text = 'export interface User {\nexport interface Order {\nexport interface Product {\nexport interface Invoice|';
    assert.equal(await offered(text), ' {');
  });

  it('prefers documents of the same language', async () => {
    const other = documentOf('file:///a.py', 'emit(value, python)\n', { languageId: 'python' });
    const same = documentOf('file:///b.ts', 'emit(value, script)\n');
    assert.equal(await offered('emit(value, |', { documents: [other, same] }), 'script)');
  });

  it('goes on from the cursor in a line of any length', async () => {
    const one = documentOf('file:///r.ts', 'zebra.paintStripes(first, second);\n'.repeat(3));
    for (const times of [1, 100, 160, 170, 1000, 20_000]) {
      const text = `${'x(1); '.repeat(times)}zebra.paintStripes(first, |\n`;
      assert.equal(await offered(text, { documents: [one] }), 'second);', `${text.length}`);
    }
  });

  it('reads documents with carriage returns', async () => {
    const windows = [documentOf('file:///w.ts', service.replaceAll('\n', '\r\n'))];
    assert.equal(await offered('    if (row ===|', { documents: windows }), ' undefined) throw new NotFoundError(id);');
  });
});

describe('local engine: what follows the cursor', () => {
  it('offers nothing inside a word or before other text', async () => {
    assert.equal(await offered('    const row = aw|ait', { documents }), '');
    assert.equal(await offered('    const row = | + 1;', { documents }), '');
  });

  it('cuts the bracket that already stands behind the cursor', async () => {
    assert.equal(await offered('    if (row === |)', { documents }), 'undefined');
    assert.equal(await offered("    x = this.database.queryOne('|')", { documents }), 'users');
  });

  it('does not offer the line that already follows', async () => {
    assert.equal(await offered('a(one);\nb(two);\na(one);\n|\nb(two);\n', { trigger: 'automatic' }), '');
  });

  it('closes what the line has opened when it knows nothing better', async () => {
    assert.equal(await offered('qqq(www[eee|'), '])');
  });

  it('offers no lone closing bracket on an empty line', async () => {
    assert.doesNotMatch(await offered('    return toUser(row);\n    |', { documents, trigger: 'automatic' }), /^[)\]}]/);
  });
});

describe('local engine: blocks', () => {
  const open = "describe('store', () => {\n  before(async () => {\n    await start();\n    await fill();\n  });\n});\n";

  it('adds the rest of the block when two lines agree', async () => {
    const text = "describe('store', () => {\n    before(async () => {|\n";
    const inDocument = { documents: [documentOf('file:///s.ts', open)] };
    assert.equal(await offered(text, { ...inDocument, shape: 'block' }), '\n        await start();\n        await fill();\n    });');
    assert.equal(await offered(text, inDocument), '');
  });

  it('adds no block when places disagree about it', async () => {
    const others = [documentOf('file:///s.ts', open), documentOf('file:///t.ts', open.replace('fill', 'drain'))];
    assert.equal(await offered("describe('store', () => {\n  before(async () => {|\n", { documents: others, shape: 'block' }), '');
  });
});

describe('local engine: as a source', () => {
  const engine = inlineLocal({ openDocuments: () => documents, snippets: () => [] }, systemClock);

  it('answers with local text, and with empty text when it has nothing', async () => {
    const call = { signal: new AbortController().signal };
    const outcome = await engine.complete(requestAt('    const row = await this.da|'), call);
    assert.ok(outcome.ok && outcome.text.startsWith('tabase.queryOne'));
    assert.deepEqual(
      { ...outcome, text: '' },
      { ok: true, text: '', origin: 'local', sourceId: 'local', finish: 'stop', basis: outcome.basis },
    );
    assert.equal(outcome.basis?.voter, 'near');
    const empty = await engine.complete(requestAt('|'), call);
    assert.equal(empty.ok && empty.origin, 'local');
  });

  it('reports an aborted call as what the abort says', async () => {
    const kinds = [];
    for (const reason of [new CancelledByEditor(), new DeadlineError('total', 5), new Error('other')]) {
      const outcome = await engine.complete(requestAt('    return to|'), { signal: AbortSignal.abort(reason) });
      kinds.push(outcome.ok ? 'ok' : outcome.failure.kind);
    }
    assert.deepEqual(kinds, ['cancelled', 'timeout', 'cancelled']);
  });

  it('offers nothing once disposed', async () => {
    engine.dispose();
    engine.dispose();
    assert.deepEqual(await engine.predict(requestAt('    return to|'), new AbortController().signal), { text: '', confidence: 0 });
  });

  it('never throws, and copies nothing beyond the line in line shape, for any text', async () => {
    const text = fc.array(fc.constantFrom('if', 'ab', ' ', '\n', '\t', '(', ')', '{', '}', '"', '.', '=', '1', 'ä', '😀', '$'), {
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (prefix, suffix, other) => {
        const view = { openDocuments: () => [documentOf('o', other.join(''))], snippets: () => [] };
        const any = inlineLocal(view, systemClock);
        const request = requestAt(`${prefix.join('')}|${suffix.join('')}`, { trigger: 'manual' });
        const outcome = await any.complete(request, { signal: new AbortController().signal });
        any.dispose();
        assert.ok(outcome.ok);
        return [outcome, ...(outcome.alternatives ?? [])].every(
          ({ text: said, basis }) => !said.includes('\n') || basis?.voter === 'template',
        );
      }),
    );
  }).timeout(20_000);
});
