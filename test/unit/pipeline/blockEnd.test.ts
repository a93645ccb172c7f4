import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { blockEnd } from '../../../src/pipeline/blockEnd.ts';

interface Row {
  readonly language: string;
  readonly what: string;
  /** `|` marks the cursor, what stands before and after it is the document. */
  readonly document: string;
  /** `¦` marks where it must end; all of the rest came too. */
  readonly text: string;
}

const rows: readonly Row[] = [
  {
    language: 'typescript',
    what: 'the body of a function, without what comes after it',
    document: 'export function total(items: Item[]): number {|\n',
    text: '\n  let sum = 0;\n\n  for (const item of items) {\n    sum += item.price;\n  }\n  return sum;\n}¦\n\nexport function next() {\n',
  },
  {
    language: 'typescript',
    what: 'a closing bracket that is already there is left out',
    document: 'function total() {|\n}\n',
    text: '\n  return 1;¦\n}\n',
  },
  {
    language: 'typescript',
    what: 'an if with its else',
    document: 'function f() {\n  if (a) {|\n}\n',
    text: '\n    b();\n  } else if (c) {\n    d();\n  } else {\n    e();\n  }¦\n  g();\n',
  },
  {
    language: 'typescript',
    what: 'a bracket in a string, a comment and a template is none',
    document: 'function f() {|\n',
    text: '\n  const a = "}";\n  // }\n  const b = `\n}\n${a}`;\n  return b;\n}¦\nlet x;\n',
  },
  {
    language: 'typescript',
    what: 'statements on an empty line, up to the next empty one',
    document: 'function f() {\n  |\n}\n',
    text: 'const a = 1;\n  const b = 2;¦\n\n  const c = 3;\n',
  },
  {
    language: 'typescript',
    what: 'the end of the surrounding block is not ours',
    document: 'function f() {\n  |\n}\n',
    text: 'const a = 1;\n  return a;¦\n}\n\nfunction g() {\n',
  },
  {
    language: 'typescript',
    what: 'a bracket that closes what the text itself opens stays, though one like it follows',
    document: 'function go() {\n|\n}\n',
    text: 'if (ready) {\n  start();\n}¦\nnext();\n',
  },
  {
    language: 'ruby',
    what: 'an end that closes what the text itself opens stays, though one like it follows',
    document: 'def go\n|\nend\n',
    text: 'if ready\n  start\nend¦\nfollow\n',
  },
  {
    language: 'javascript',
    what: 'a call with a callback',
    document: '|\n',
    text: "app.get('/', (req, res) => {\n  res.send('}');\n});¦\n\napp.listen(1);\n",
  },
  {
    language: 'javascript',
    what: 'a chain of calls',
    document: 'const x = |\n',
    text: 'items\n  .filter((item) => item)\n  .map(String);¦\nconst y = 1;\n',
  },
  {
    language: 'typescriptreact',
    what: 'an element in brackets',
    document: 'function A() {\n  return (|\n}\n',
    text: '\n    <ul>\n      <li>{a}</li>\n    </ul>\n  );¦\n}\n\nfunction B() {\n',
  },
  {
    language: 'python',
    what: 'the body of a function',
    document: 'def total(items):|\n',
    text: '\n    """Sum.\n\nDeeper text\n    """\n    result = 0\n\n    for item in items:\n        result += item\n    return result¦\n\n\ndef other():\n    pass\n',
  },
  {
    language: 'python',
    what: 'an if with elif and else',
    document: 'def f(a):\n    if a:|\n',
    text: '\n        b()\n    elif c:\n        d()\n    else:\n        e()¦\n    return 1\n',
  },
  {
    language: 'python',
    what: 'a try with its handlers',
    document: 'try:|\n',
    text: '\n    a()\nexcept ValueError as error:\n    raise\nfinally:\n    b()¦\nprint(1)\n',
  },
  {
    language: 'python',
    what: 'a list over lines',
    document: 'names = [|\n',
    text: '\n    "a]",\n    "b",\n]¦\nother = 1\n',
  },
  {
    language: 'go',
    what: 'an error check',
    document: 'func f() error {\n\tif err != nil {|\n}\n',
    text: '\n\t\treturn fmt.Errorf("a: %w", err)\n\t}¦\n\treturn nil\n}\n',
  },
  {
    language: 'go',
    what: 'a switch whose cases are as deep as itself',
    document: 'func f(x int) {\n\tswitch x {|\n}\n',
    text: '\n\tcase 1:\n\t\ta()\n\tdefault:\n\t\tb()\n\t}¦\n\tc()\n}\n',
  },
  {
    language: 'rust',
    what: 'a match, with lifetimes and characters',
    document: "fn f<'a>(x: &'a str) -> u8 {|\n",
    text: '\n    match x {\n        "}" => b\'}\',\n        _ => 0,\n    }\n}¦\n\nfn g() {\n',
  },
  {
    language: 'java',
    what: 'a method between others',
    document: 'class A {\n    int sum(int[] a) {|\n\n    void other() {\n    }\n}\n',
    text: '\n        int s = 0;\n        for (int i : a) {\n            s += i;\n        }\n        return s;\n    }¦\n\n    void b() {\n',
  },
  {
    language: 'java',
    what: 'try, catch and finally',
    document: '    void f() {\n        try {|\n    }\n',
    text: '\n            a();\n        } catch (IOException e) {\n            b();\n        } finally {\n            c();\n        }¦\n        d();\n    }\n',
  },
  {
    language: 'c',
    what: 'a do-while loop',
    document: 'void f(void) {\n    do {|\n}\n',
    text: "\n        c = next();\n    } while (c != '}');¦\n    g();\n}\n",
  },
  {
    language: 'cpp',
    what: 'braces on lines of their own',
    document: 'int f()\n{|\n',
    text: '\n    return 1;\n}¦\n\nint g()\n{\n',
  },
  {
    language: 'csharp',
    what: 'an initialiser',
    document: '        var a = new Point\n        {|\n    }\n',
    text: '\n            X = 1,\n            Y = 2,\n        };¦\n        return a;\n    }\n',
  },
  {
    language: 'ruby',
    what: 'a method with a block in it',
    document: 'class A\n  def sum(items)|\nend\n',
    text: '\n    items.each do |item|\n      puts item if item\n    end\n  end¦\n\n  def other\n  end\n',
  },
  {
    language: 'ruby',
    what: 'an if with else',
    document: 'def f\n  if a|\nend\n',
    text: '\n    b\n  else\n    c\n  end¦\n  d\nend\n',
  },
  {
    language: 'ruby',
    what: 'an end that is already there',
    document: 'def f|\nend\n',
    text: '\n  1¦\nend\n',
  },
  {
    language: 'lua',
    what: 'a function',
    document: 'local function f(a)|\n',
    text: '\n  if a then\n    return 1\n  end\nend¦\n\nlocal x\n',
  },
  {
    language: 'shellscript',
    what: 'a loop',
    document: 'for f in *; do|\n',
    text: '\n  if [ -f "$f" ]; then\n    echo "}"\n  fi\ndone¦\necho end\n',
  },
  {
    language: 'html',
    what: 'an element with its children',
    document: '<body>\n  <ul>|\n</body>\n',
    text: '\n    <li>one</li>\n    <li>two</li>\n  </ul>¦\n  <p>more</p>\n',
  },
  {
    language: 'css',
    what: 'a rule',
    document: '.a {|\n',
    text: '\n  color: red;\n  background: url("}");\n}¦\n\n.b {\n',
  },
  {
    language: 'json',
    what: 'an object in a list',
    document: '[\n  {|\n]\n',
    text: '\n    "a": [\n      1\n    ],\n    "b": "}"\n  },¦\n  {\n',
  },
  {
    language: 'yaml',
    what: 'the list below a key, as deep as the key',
    document: 'on: push\nsteps:|\n',
    text: '\n- run: a\n  name: b\n- run: c¦\nother: 1\n',
  },
  {
    language: 'yaml',
    what: 'a map below a key',
    document: 'jobs:\n  build:|\n',
    text: '\n    runs-on: x\n    steps:\n      - run: a¦\n  test:\n    a: b\n',
  },
  {
    language: 'unknown-language',
    what: 'a block in the manner of C',
    document: 'thing {|\n',
    text: '\n  a\n}¦\nother\n',
  },
  {
    language: 'go',
    what: 'a file with tabs where the text comes with spaces ends by its brackets at least',
    document: 'func f() {|\n',
    text: '\n    a()\n}¦\n\nfunc g() {\n',
  },
];

function requestOf(row: Row, shape: 'line' | 'block' = 'block'): Parameters<typeof blockEnd>[1] {
  const [prefix = '', suffix = ''] = row.document.split('|').length === 2 ? row.document.split('|') : [row.document, ''];
  return { languageId: row.language, prefix, suffix, shape };
}

describe('where a block ends', () => {
  for (const row of rows) {
    it(`${row.language}: ${row.what}`, () => {
      const expected = row.text.slice(0, row.text.indexOf('¦'));
      const all = row.text.replace('¦', '');
      const end = blockEnd(all, requestOf(row), true);
      assert.equal(all.slice(0, end), expected);
    });

    it(`${row.language}: ${row.what}: piece by piece the same, and never later than a line after it`, () => {
      const expected = row.text.indexOf('¦');
      const all = row.text.replace('¦', '');
      for (let length = 1; length <= all.length; length++) {
        const end = blockEnd(all.slice(0, length), requestOf(row), false);
        if (end === undefined) continue;
        assert.equal(end, expected, `after ${JSON.stringify(all.slice(0, length))}`);
        const linesBehind = all.slice(expected, length).split('\n').length - 1;
        assert.ok(linesBehind <= 4, `known only ${linesBehind} lines behind the end`);
        return;
      }
      assert.fail('never ended');
    });
  }

  it('one line ends with the line', () => {
    assert.equal(blockEnd('a + b\nc', { languageId: 'typescript', prefix: 'x = ', suffix: '', shape: 'line' }, false), 5);
    assert.equal(blockEnd('a + b', { languageId: 'typescript', prefix: 'x = ', suffix: '', shape: 'line' }, true), undefined);
  });

  it('never throws, and cuts within the text at a line end', () => {
    const languages = ['typescript', 'python', 'ruby', 'rust', 'html', 'yaml', 'lua', 'shellscript', 'css', 'plaintext'];
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '"',
      "'",
      '`',
      '\n',
      '  ',
      '\t',
      'a',
      '//',
      '/*',
      '*/',
      ':',
      'end',
      'do',
      '<a>',
      '</a>',
      '\\',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.array(piece, { maxLength: 20 }),
        fc.array(piece, { maxLength: 20 }),
        fc.constantFrom(...languages),
        fc.boolean(),
        (text, prefix, suffix, languageId, isComplete) => {
          const all = text.join('');
          const end = blockEnd(all, { languageId, prefix: prefix.join(''), suffix: suffix.join(''), shape: 'block' }, isComplete);
          if (end !== undefined) assert.ok(end === 0 || end === all.length || all[end] === '\n');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
