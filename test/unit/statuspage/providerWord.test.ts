import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../src/settings/parse.ts';
import { presets } from '../../../src/settings/presets.ts';
import { knownPages, statusPageOf } from '../../../src/statuspage/knownPages.ts';
import { readStatusPage } from '../../../src/statuspage/providerWord.ts';

const now = Date.UTC(2026, 0, 5, 14);
const read = (value: unknown) => readStatusPage(JSON.stringify(value), now);
const fine = { says: 'fine', text: '' };
const calm = { indicator: 'none', description: 'All Systems Operational' };

describe('what a status page says', () => {
  it('is read from Statuspage’s summary: the incident first, then the maintenance, then the indicator', () => {
    const incidents = [{ name: 'Elevated errors', status: 'investigating', impact: 'minor' }];
    assert.deepEqual(read({ page: {}, status: calm, components: [], incidents: [], scheduled_maintenances: [] }), fine);
    assert.deepEqual(read({ status: calm, incidents }), { says: 'trouble', text: 'Elevated errors (investigating)' });
    assert.deepEqual(read({ status: { indicator: 'major', description: 'Partial outage' }, incidents: [] }), {
      ...{ says: 'trouble', text: 'Partial outage' },
    });
    const under = [{ name: 'Moving', status: 'in_progress' }];
    assert.deepEqual(read({ status: calm, scheduled_maintenances: under }), { says: 'maintenance', text: 'Moving (in progress)' });
    assert.deepEqual(read({ status: calm, incidents: [{ name: 'x', status: 'resolved' }] }), fine);
    assert.deepEqual(read({ status: calm, scheduled_maintenances: [{ name: 'x', status: 'scheduled' }] }), fine);
  });

  it('is read from incident.io’s widget', () => {
    const page = { ongoing_incidents: [], in_progress_maintenances: [], scheduled_maintenances: [] };
    assert.deepEqual(read(page), fine);
    assert.deepEqual(read({ summary: page }), fine);
    assert.deepEqual(read({ ...page, ongoing_incidents: [{ name: 'Slow answers', status: 'identified' }] }), {
      ...{ says: 'trouble', text: 'Slow answers (identified)' },
    });
    assert.deepEqual(
      read({ ...page, in_progress_maintenances: [{ name: 'Moving', status: 'maintenance_in_progress' }] })?.says,
      'maintenance',
    );
  });

  it('is read from the newest entry of an Atom feed, of the last day', () => {
    const feed = (updated: string, state: string): string =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Acme</title><entry><id>1</id>
      <updated>${updated}</updated><title>Errors &amp; delays</title>
      <content type="html">&lt;p&gt;&lt;small&gt;x&lt;/small&gt;&lt;br&gt;&lt;strong&gt;${state}&lt;/strong&gt; - y&lt;/p&gt;</content></entry></feed>`;
    assert.deepEqual(readStatusPage(feed('2026-01-05T13:00:00Z', 'Investigating'), now), {
      ...{ says: 'trouble', text: 'Errors & delays (investigating)' },
    });
    assert.deepEqual(readStatusPage(feed('2026-01-05T13:00:00Z', 'Resolved'), now), fine);
    assert.deepEqual(readStatusPage(feed('2026-01-03T13:00:00Z', 'Investigating'), now), fine);
  });

  it('is nothing in anything else', () => {
    for (const body of ['', '<!doctype html><html></html>', '<rss></rss>', '[]', 'null', '{}', '{"status":"ok"}', '{"status":', '\u0000']) {
      assert.equal(readStatusPage(body, now), undefined, body);
    }
  });

  it('never throws, and is quick', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void readStatusPage(body, now)));
    const started = performance.now();
    for (const piece of ['<feed><entry>', '<feed><entry><title>', '<?xml ', '<feed><entry>&lt;strong'])
      readStatusPage(piece.repeat(30_000), now);
    readStatusPage(`<feed>${'<entry> '.repeat(60_000)}`, now);
    assert.ok(performance.now() - started < 2000);
  });
});

describe('which page', () => {
  const backendWith = (more: object, problems = 0) => {
    const parsed = parseSettings({ backends: [{ name: 'a', baseUrl: 'https://api.openai.com/v1', model: 'm', ...more }] });
    assert.equal(parsed.problems.length, problems, parsed.problems.join());
    const [backend] = parsed.settings.backends;
    assert.ok(backend);
    return statusPageOf(backend);
  };

  it('is the known one of a preset, the person’s, or none', () => {
    assert.equal(backendWith({}), knownPages['https://api.openai.com']);
    assert.equal(backendWith({ statusPage: 'none' }), undefined);
    assert.equal(backendWith({ statusPage: 'https://status.acme.example' }), 'https://status.acme.example/api/v2/summary.json');
    assert.equal(backendWith({ statusPage: 'https://status.acme.example/history.atom' }), 'https://status.acme.example/history.atom');
    assert.equal(backendWith({ baseUrl: 'https://models.acme.example/v1' }), undefined);
    assert.equal(backendWith({ statusPage: 'http://status.acme.example' }, 1), knownPages['https://api.openai.com']);
    assert.equal(backendWith({ statusPage: 'https://user:pass@status.acme.example' }, 1), knownPages['https://api.openai.com']);
    assert.equal(backendWith({ statusPage: 'file:///etc/passwd' }, 1), knownPages['https://api.openai.com']);
  });

  it('is known for origins of presets only, and over https', () => {
    const origins = new Set(presets.flatMap(({ baseUrl }) => (baseUrl === undefined ? [] : [new URL(baseUrl).origin])));
    for (const [origin, page] of Object.entries(knownPages)) {
      assert.ok(origins.has(origin) || origin === 'vscode-lm:copilot', origin);
      assert.equal(new URL(page).protocol, 'https:');
    }
  });
});
