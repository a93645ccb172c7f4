import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

const pages = ['', 'api', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(path.join(repository, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);

/** Files and folders that a page links to, seen from the repository; what stands in code is no link. */
function linksOf(page: string): readonly string[] {
  const text = readFileSync(path.join(repository, page), 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => path.join(path.dirname(page), decodeURI(target)));
}

describe('the documents', () => {
  it('link to files that are there', () => {
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter((target) => !existsSync(path.join(repository, target)))
        .map((target) => `${page}: ${target}`),
    );
    assert.ok(pages.length > 20, `${pages.length} pages`);
    assert.deepEqual(broken, []);
  });

  it('are reached from the README, and show every picture that is kept', () => {
    const seen = new Set(['README.md']);
    const isReached = (page: string): boolean => seen.has(page) || seen.has(path.dirname(page));
    // What is added while it is walked through is walked through, too.
    for (const page of seen) for (const target of pages.includes(page) ? linksOf(page) : []) seen.add(target);
    const kept = [...pages, ...readdirSync(path.join(repository, 'docs/images')).map((name) => path.join('docs/images', name))];
    assert.deepEqual(
      kept.filter((each) => !isReached(each)),
      [],
    );
  });
});
