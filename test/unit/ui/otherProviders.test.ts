import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type OtherExtension, otherProviders, otherQuestion } from '../../../src/ui/otherProviders.ts';

const nothingSet = (): undefined => undefined;

function extension(id: string, packageJSON: unknown = {}, isActive = true): OtherExtension {
  return { id, packageJSON, isActive };
}

const names = (extensions: readonly OtherExtension[], setting: (name: string) => unknown = nothingSet): string[] =>
  otherProviders(extensions, setting).map(({ name }) => name);

describe('another extension with inline suggestions', () => {
  it('is known by its identifier, in whatever case, once it is active', () => {
    const tabnine = { displayName: 'Tabnine' };
    assert.deepEqual(names([extension('TabNine.tabnine-vscode', tabnine)]), ['Tabnine']);
    assert.deepEqual(names([extension('TabNine.tabnine-vscode', tabnine, false)]), []);
  });

  it('is none while its own setting switches its suggestions off', () => {
    const copilot = [extension('GitHub.copilot')];
    assert.deepEqual(
      names(copilot, () => ({ '*': false })),
      [],
    );
    assert.deepEqual(
      names(copilot, () => ({ '*': true, markdown: false })),
      ['GitHub.copilot'],
    );
    const read = (name: string): unknown => (name === 'continue.enableTabAutocomplete' ? false : undefined);
    assert.deepEqual(names([extension('Continue.continue'), extension('Codeium.codeium')], read), ['Codeium.codeium']);
  });

  const hints: readonly (readonly [string, unknown, boolean])[] = [
    ['proposed API for inline completions', { enabledApiProposals: ['inlineCompletionsAdditions'] }, true],
    ['an AI with the keyword', { categories: ['AI', 'Other'], keywords: ['ghost text'] }, true],
    ['machine learning with the keyword', { categories: ['Machine Learning'], keywords: ['autocomplete'] }, true],
    ['an AI that chats', { categories: ['AI', 'Chat'], keywords: ['chat', 'agent'] }, false],
    ['an extension that completes paths', { categories: ['Other'], keywords: ['autocomplete'] }, false],
    ['a manifest of another shape', { categories: 'AI', keywords: { 0: 'autocomplete' }, enabledApiProposals: true }, false],
    ['no manifest', null, false],
    ['no object', 'AI', false],
  ];
  for (const [what, manifest, isOne] of hints) {
    it(`is ${isOne ? '' : 'not '}guessed from ${what}`, () => {
      const found = otherProviders([extension('some.one', manifest)], nothingSet);
      assert.deepEqual(
        found.map(({ isKnown }) => isKnown),
        isOne ? [false] : [],
      );
    });
  }

  it('is never Failsoft itself', () => {
    assert.deepEqual(names([extension('failsoft.failsoft', { categories: ['AI'], keywords: ['completion', 'inline completion'] })]), []);
  });

  it('is spoken of as sure only when it is known', () => {
    const one = { id: 'a.b', name: 'One', isKnown: true };
    const two = { id: 'c.d', name: 'Two', isKnown: false };
    assert.match(otherQuestion([one]), /^One offers inline suggestions too\. /);
    assert.match(otherQuestion([two]), /^Two seems to offer /);
    assert.match(otherQuestion([one, two]), /^One and Two seem to offer /);
    assert.match(otherQuestion([one, { ...two, isKnown: true }]), /^One and Two offer /);
  });
});
