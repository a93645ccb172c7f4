import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { skipReasonOf } from '../../../src/vscode/eligibility.ts';

const usual = { scheme: 'file', languageId: 'typescript', cursors: 1, writable: undefined, disabledLanguages: ['markdown'] };

describe('a keystroke', () => {
  for (const scheme of ['file', 'untitled', 'vscode-notebook-cell', 'vscode-remote', 'vscode-userdata']) {
    it(`is answered in ${scheme}`, () => assert.equal(skipReasonOf({ ...usual, scheme }), undefined));
  }

  for (const scheme of ['output', 'vscode-scm', 'git', 'search-editor', 'vscode-chat-code-block', 'comment', 'debug', '']) {
    it(`is left alone in ${scheme || 'no scheme'}`, () => assert.equal(skipReasonOf({ ...usual, scheme }), 'scheme'));
  }

  it('is left alone where nothing can be written, with several cursors, and in a disabled language', () => {
    assert.equal(skipReasonOf({ ...usual, writable: false }), 'read-only');
    assert.equal(skipReasonOf({ ...usual, cursors: 2 }), 'multi-cursor');
    assert.equal(skipReasonOf({ ...usual, languageId: 'markdown' }), 'language');
  });

  it('is answered when the editor is not known', () => assert.equal(skipReasonOf({ ...usual, cursors: 0 }), undefined));
});
