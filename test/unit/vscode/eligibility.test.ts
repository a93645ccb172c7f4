import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isCommandMode } from '../../../src/vscode/editorMode.ts';
import { skipReasonOf } from '../../../src/vscode/eligibility.ts';

const usual = { scheme: 'file', cursors: 1, writable: undefined, off: undefined, isCommandMode: false, isManual: false };

describe('a keystroke', () => {
  for (const scheme of ['file', 'untitled', 'vscode-notebook-cell', 'vscode-remote', 'vscode-userdata', 'vscode-vfs', 'vsls']) {
    it(`is answered in ${scheme}`, () => assert.equal(skipReasonOf({ ...usual, scheme }), undefined));
  }

  for (const scheme of ['output', 'vscode-scm', 'git', 'search-editor', 'vscode-chat-code-block', 'comment', 'debug', '']) {
    it(`is left alone in ${scheme || 'no scheme'}`, () => assert.equal(skipReasonOf({ ...usual, scheme }), 'scheme'));
  }

  it('is left alone where nothing can be written, with several cursors, and where the person has switched suggestions off', () => {
    assert.equal(skipReasonOf({ ...usual, writable: false }), 'read-only');
    assert.equal(skipReasonOf({ ...usual, cursors: 2 }), 'multi-cursor');
    for (const off of ['file', 'language', 'folder'] as const) assert.equal(skipReasonOf({ ...usual, off, isManual: true }), 'off');
  });

  it('is answered when the editor is not known', () => assert.equal(skipReasonOf({ ...usual, cursors: 0 }), undefined));

  it('is left alone while keys are commands, unless the person asks by hand', () => {
    assert.equal(skipReasonOf({ ...usual, isCommandMode: true }), 'command-mode');
    assert.equal(skipReasonOf({ ...usual, isCommandMode: true, isManual: true }), undefined);
  });
});

describe('the mode of an extension for vim, by the cursor', () => {
  const modes: readonly (readonly [what: string, style: number | undefined, ownStyle: string, isCommand: boolean])[] = [
    ['insert mode: a line', 1, 'line', false],
    ['normal mode: a block', 2, 'line', true],
    ['visual mode: a thin line', 4, 'line', true],
    ['replace mode: underlined', 3, 'line', true],
    ['insert mode, when the person likes blocks elsewhere', 1, 'block', false],
    ['no vim, when the person likes blocks', 2, 'block', false],
    ['no vim, when the person likes thin lines', 4, 'line-thin', false],
    ['an editor that does not say', undefined, 'line', false],
  ];
  for (const [what, style, ownStyle, isCommand] of modes) {
    it(`is told from ${what}`, () =>
      assert.equal(
        isCommandMode(style, () => ownStyle),
        isCommand,
      ));
  }

  it('costs no look at the settings while a line is drawn', () =>
    assert.equal(
      isCommandMode(1, () => assert.fail('the settings were read')),
      false,
    ));
});
