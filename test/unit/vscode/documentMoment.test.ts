import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Position, TextDocument } from 'vscode';
import { isStill, momentOf } from '../../../src/vscode/documentMoment.ts';

const position = { line: 1, character: 3 } as unknown as Position;

function documentOf(text: string, changes: Partial<TextDocument> = {}): TextDocument {
  const lines = text.split('\n');
  const lineAt = (line: number): unknown => {
    const found = lines[line];
    if (found === undefined) throw new Error('no such line');
    return { text: found };
  };
  return { version: 1, languageId: 'typescript', isClosed: false, lineCount: lines.length, lineAt, ...changes } as unknown as TextDocument;
}

describe('a document that changes while a request runs', () => {
  const asked = momentOf(documentOf('a\nb =\nc'), position);
  const rows: readonly (readonly [what: string, now: TextDocument, isStill: boolean])[] = [
    ['nothing happened', documentOf('a\nb =\nc'), true],
    ['an edit elsewhere', documentOf('a2\nb =\nc', { version: 2 }), true],
    ['an edit of the cursor’s line', documentOf('a\nb = 1\nc', { version: 2 }), false],
    ['a line put in above', documentOf('new\na\nb =\nc', { version: 2 }), false],
    ['the lines are gone', documentOf('', { version: 2 }), false],
    ['it was closed', documentOf('a\nb =\nc', { isClosed: true }), false],
    ['its language changed', documentOf('a\nb =\nc', { languageId: 'python' }), false],
  ];
  for (const [what, now, expected] of rows) {
    it(`${what}: the text ${expected ? 'is shown' : 'is not shown'}`, () => assert.equal(isStill(now, position, asked), expected));
  }
});
