import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { shapeAt } from '../../../src/domain/shape.ts';

/** Lines with the cursor at `|`. */
const cases: Readonly<Record<string, { readonly block: readonly string[]; readonly line: readonly string[] }>> = {
  typescript: {
    block: ['|', '    |', 'if (x) {|', 'const f = () => |', 'call(|', 'const names = [|', '  case 1:|', '  default:|', 'a({ b }, {|  '],
    line: ['return x|', 'if (x) {|}', '|rest', 'foo(|)', 'const x: |', 'f(a ? b :|', '// in case: {|', '/* a {|', 'const url = "http://|'],
  },
  javascript: { block: ['items.map((item) => {|', 'x = "//" + {|'], line: ['const { a } = |', 'label: |'] },
  python: {
    block: [
      'def f():|',
      'if x: |',
      '    else:|',
      'async def g() -> int:|',
      ') -> str:|',
      'for a in b:  |',
      'names = [|',
      'with open(p) as f:|',
    ],
    line: ['def f(a:|', 'total:|', '# note:|', 'x = a[1:|', 'lambda x:|', 'return |', '{"a":|'],
  },
  go: { block: ['func f() {|', '\tif err != nil {|', '\tcase 1:|', 'x := []int{|'], line: ['x :=|', '// {|', 'return |'] },
  rust: { block: ['fn f() -> u8 {|', '    Some(x) => |', 'match x {|'], line: ['let x: |', "fn f<'a>(x: &'a |", 'let y = "a {|"'] },
  java: { block: ['class A {|', '  case 1:|', 'int[] a = {|'], line: ['int a = |', '// done {|', '@Override|'] },
  c: { block: ['int f(void) {|', 'struct a {|', '  default:|'], line: ['int f(void)|', '#define A|'] },
  cpp: { block: ['public:|', 'auto f = [&]() {|'], line: ['std:|', 'std::|', 'class A : public |'] },
  csharp: { block: ['int F() => |', 'namespace A {|'], line: ['var a = |', '/// <summary> {|'] },
  ruby: {
    block: ['items.each do |', 'items.each do |x, y||', 'def sum(a)|', 'begin|', '  else|', 'a = [|'],
    line: ['def su|', 'if a|', 'puts x if y|', '# do|', 'class Po|'],
  },
  html: { block: ['<ul>|', '<div class="a">|'], line: ['<ul|', '<p>text</p>|', '<!-- <ul>|', 'text |'] },
  css: { block: ['.a {|', '@media print {|'], line: ['color: |', '/* a {|', '.a|'] },
  json: { block: ['{|', '  "a": [|', '  "b": {|'], line: ['  "a": |', '  "a|', '  "a": "{|'] },
  yaml: { block: ['jobs:|', '  run: |\u200b'.replace('\u200b', '').replace('|', '>|')], line: ['name: |', 'name|', '# jobs:|', '- a|'] },
  markdown: { block: ['|'], line: ['# Title|', 'Text: |'] },
};

describe('how much is asked for', () => {
  for (const [language, { block, line }] of Object.entries(cases)) {
    for (const [shape, marked] of [...block.map((text) => ['block', text] as const), ...line.map((text) => ['line', text] as const)]) {
      it(`${language}: ${JSON.stringify(marked)} is a ${shape}`, () => {
        const at = shape === 'block' && /^.*\|$/.test(marked) ? marked.length - 1 : marked.indexOf('|');
        assert.equal(shapeAt(marked.slice(0, at), marked.slice(at + 1), language), shape);
      });
    }
  }

  it('in a line that no person writes, the rest of the line', () => {
    assert.equal(shapeAt(`${'x'.repeat(2000)}{`, '', 'typescript'), 'line');
  });
});
