import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { failed, type Outcome } from '../../../src/domain/completion.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { answerChecks } from '../../../src/evaluation/checks/all.ts';
import { chatPreface } from '../../../src/evaluation/checks/chatPreface.ts';
import { goldenPrompts } from '../../../src/evaluation/golden/all.ts';
import type { GoldenPrompt } from '../../../src/evaluation/goldenPrompt.ts';
import { quoted } from '../../../src/evaluation/lines.ts';
import { type ModelTraits, ofCode, type PromptCheckName } from '../../../src/evaluation/promptCheck.ts';
import { cursorMark } from '../../../src/prompt/chat.ts';
import { answerTokens } from '../../../src/prompt/fim.ts';
import { answerOf, promptOf } from './answers.ts';

const traits: ModelTraits = { tokens: [...answerTokens('qwen'), cursorMark], chats: false };

const wrongChecks = (outcome: Outcome, prompt: GoldenPrompt, of = traits): PromptCheckName[] =>
  answerChecks.filter((check) => check.judge(outcome, prompt, of).kind === 'wrong').map(({ name }) => name);

const other: GoldenPrompt['context'] = [
  {
    path: 'src/other.ts',
    kind: 'open-file',
    score: 1,
    text: 'export function otherThing(a: number): number {\n  return a * otherFactor + 17;\n}\nexport const otherFactor = 12;',
  },
];
const small: GoldenPrompt['context'] = [{ path: 'src/small.ts', kind: 'open-file', score: 1, text: 'let a = 1;\nlet b = 2;\nlet c = 3;' }];
const typescript = promptOf(
  'typescript',
  'export function area(width: number): number {\n  const height = 2;\n  return ⟦width * height;⟧\n}\n',
  other,
);
const block = promptOf(
  'typescript',
  'class Box {\n  size = 1;\n\n  grow(): void {\n    ⟦this.size += 1;\n    this.report();⟧\n  }\n\n  report(): void {}\n}\n',
);
const call = promptOf('typescript', 'const total = sum(⟦items.map(price)⟧);\nconsole.log(total);\n');
const python = promptOf('python', 'def rest(values):\n    if not values:\n        ⟦return []⟧\n    return values[1:]\n');
const pythonBlock = promptOf('python', 'def rest(values):\n    for value in values:\n        ⟦if value:\n            yield value⟧\n');
const go = promptOf(
  'go',
  'package a\n\nfunc Sum(values []int) int {\n\ttotal := 0\n\tfor _, value := range values {\n\t\t⟦total += value\n\t\tlog(total)⟧\n\t}\n\treturn total\n}\n',
);
const inString = promptOf('typescript', "export const apology = '⟦Sorry, we are closed';⟧\n");
const lines = promptOf(
  'typescript',
  'export const first = readFirst();\nconst left = readLeft(first);\nconst right = readRight(first);\n⟦use(left);⟧\n',
);
const comment = promptOf('typescript', '// ⟦Adds both numbers.⟧\nexport const add = (a: number, b: number) => a + b;\n');

/** Answers that a person would call wrong, and the check that has to say so. */
const bad: readonly (readonly [check: PromptCheckName, prompt: GoldenPrompt, text: string])[] = [
  ['file-boundary', typescript, 'width * height;\n}\n// src/other.ts'],
  ['file-boundary', typescript, 'src/other.ts\nwidth'],
  ['file-boundary', typescript, '+++++ src/third.ts'],
  ['file-boundary', typescript, 'File: src/third.ts'],
  ['file-boundary', typescript, 'return a * otherFactor + 17;\nexport const otherFactor = 12;'],
  ['file-boundary', python, '[]\n# tests/test_rest.py'],
  ['fim-order', typescript, 'export function area(width: number): number {'],
  ['fim-order', call, 'const total = sum(items)'],
  ['suffix-echo', python, 'return values[1:]'],
  ['fim-order', block, '}\nreport(): void {}'],
  ['fim-order', lines, 'const left = readLeft(first);\nconst right = readRight(first);'],
  ['suffix-echo', call, 'items.map(price));'],
  ['suffix-echo', call, 'items.map(price));\nconsole.log(total);'],
  ['suffix-echo', block, 'this.size += 1;\n  }'],
  ['suffix-echo', block, 'this.size += 1;\n  }\n\n  report(): void {}'],
  ['special-tokens', typescript, 'width<|endoftext|>'],
  ['special-tokens', typescript, '<|eot_id|>width'],
  ['special-tokens', typescript, 'width * height;</s>'],
  ['special-tokens', typescript, `width${cursorMark}`],
  ['special-tokens', typescript, '<｜end▁of▁sentence｜>'],
  ['characters', typescript, 'width\uFFFD'],
  ['characters', typescript, 'widthĠ*Ġheight;'],
  ['characters', typescript, 'width * height;\r'],
  ['characters', typescript, 'width \u0000'],
  ['characters', typescript, '▁width'],
  ['past-the-stop', typescript, 'width * height;\n  // and'],
  ['past-the-stop', block, 'this.size += 1;\n\n    this.size += 2;'],
  ['refusal', python, "I'm sorry, but I can't assist with that."],
  ['refusal', python, '# I cannot help with this request.'],
  ['refusal', typescript, 'As an AI language model I do not write that.'],
  ['refusal', typescript, 'Sorry, I can’t do that.'],
  ['refusal', typescript, 'This request violates our usage policy.'],
  ['refusal', typescript, "```\nI'm sorry, but I can't help with that.\n```"],
  ['chat-preface', typescript, 'Sure! Here is the completed code:'],
  ['chat-preface', typescript, "Here's the missing part:\nwidth"],
  ['chat-preface', typescript, '```typescript\nwidth\n```'],
  ['chat-preface', typescript, 'width * height;\nThis code multiplies both numbers.'],
  ['chat-preface', typescript, '<think>Let me see</think>width'],
  ['empty', typescript, ''],
  ['empty', typescript, ' \n'],
  ['indentation', block, '    this.size += 1;\n    this.report();'],
  ['indentation', block, 'this.size += 1;\n\tthis.report();'],
  ['indentation', go, 'total += value\n        log(total)'],
  ['indentation', pythonBlock, 'if value:\n        yield value'],
  ['language', python, 'const rest = [];'],
  ['language', python, 'return values;'],
  ['language', typescript, 'def area(width):'],
  ['language', typescript, 'fmt := width'],
  ['language', go, 'let sum = 0'.replace('let', 'const') + ';\nconsole.log(sum)'],
];

/** Answers that look odd and are right; no check may say anything. */
const tricky: readonly (readonly [what: string, prompt: GoldenPrompt, text: string])[] = [
  ['brackets of its own at the end', call, 'items.map((item) => price(item))'],
  ['a line that stands above already', promptOf('typescript', 'count += 1;\n⟦count += 1;⟧\n'), 'count += 1;'],
  ['the same closing tag as the suffix', promptOf('html', '<ul>\n  <li>One</li>\n  ⟦<li>Two</li>⟧\n</ul>\n'), '<li>Two</li>'],
  ['an apology in a string', inString, "I'm sorry, but I can't do that';"],
  ['a refusal in a game’s text', promptOf('python', 'LINES = [\n    ⟦"I cannot open this door.",⟧\n]\n'), '"I cannot open this door.",'],
  ['a comment that begins as talk does', comment, 'This function adds both numbers.'],
  ['a comment that names a file', typescript, 'width * height; // see src/other.ts for why'],
  ['a division that looks like a path', promptOf('typescript', 'const mean =\n  ⟦sum/values.length⟧;\n'), 'sum/values.length'],
  [
    'an import of another file',
    promptOf('typescript', '⟦import { otherFactor } from "./other.ts";⟧\n', other),
    'import { otherFactor } from "./other.ts";',
  ],
  ['one line of another file', typescript, 'a * otherFactor + 17;'],
  ['an object with the name sure', promptOf('typescript', 'const flags = {\n  ⟦sure: true,⟧\n};\n'), 'sure: true,'],
  ['a variable that is called here', promptOf('python', 'x = 1\n⟦here = position(x)⟧\n'), 'here = position(x)'],
  ['a comparison with bars', promptOf('typescript', 'const either = ⟦left < 0 || right > 0;⟧\n'), 'left < 0 || right > 0;'],
  ['a type with angle brackets and a bar', promptOf('typescript', 'const list: Array⟦<string|number> = [];⟧\n'), '<string|number> = [];'],
  ['a strike-through in HTML', promptOf('html', '<p>⟦<s>old</s>⟧</p>\n'), '<s>old</s>'],
  ['a capital G with a dot in Maltese', promptOf('javascript', "const word = ⟦'Ġurnata';⟧\n// Ġurnata\n"), "'Ġurnata';"],
  ['a walrus in Python', promptOf('python', 'while ⟦chunk := read():⟧\n    use(chunk)\n'), 'chunk := read():'],
  ['a dictionary with colons in Python', promptOf('python', 'ages = {\n    ⟦"else": 3,⟧\n}\n'), '"else": 3,'],
  ['a continued line at another depth', pythonBlock, 'yield call(value,\n                   other)'],
  ['a doc comment with stars', promptOf('go', 'package a\n\nfunc A() {\n\t⟦/*\n\t * Text\n\t */⟧\n}\n'), '/*\n\t * Text\n\t */'],
  [
    'a switch label below a brace',
    promptOf('typescript', 'switch (kind) {\n  ⟦case 1: {\n    break;\n  }⟧\n}\n'),
    'case 1: {\n    break;\n  }',
  ],
  ['JavaScript in a string of Python', promptOf('python', 'script = ⟦"const x = 1; console.log(x)"⟧\n'), '"const x = 1; console.log(x)"'],
  ['SQL in a string', promptOf('python', 'query = ⟦"SELECT * FROM users;"⟧\n'), '"SELECT * FROM users;"'],
  ['a private field in TypeScript', promptOf('typescript', 'class A {\n  ⟦private count = 0;⟧\n}\n'), 'private count = 0;'],
  [
    'a label with a colon in Go',
    promptOf('go', 'package a\n\nfunc A(kind int) {\n\tswitch kind {\n\t⟦case 1:\n\t\treturn⟧\n\t}\n}\n'),
    'case 1:\n\t\treturn',
  ],
  ['a blank line before the code', python, '\nreturn []'],
  ['emoji and accents', promptOf('javascript', "const face = ⟦'🙂 déjà';⟧\n"), "'🙂 déjà';"],
  [
    'a decorator and a comment in Python',
    promptOf('python', 'class A:\n    ⟦# kept for others\n    x = 1⟧\n'),
    '# kept for others\n    x = 1',
  ],
  ['code that closes its own block', block, 'if (this.size > 1) {\n      this.report();\n    }'],
  ['a comment that mentions a field', python, '[]  # self.values'],
  ['a comment line that is a field', block, '// this.size\n    this.size += 1;'],
  ['a column in a comment of SQL', promptOf('sql', 'SELECT *\n⟦-- orders.id\nFROM orders⟧;\n'), '-- orders.id\nFROM orders'],
  ['a property called file', promptOf('typescript', 'const a = {\n  ⟦file: options.file⟧\n};\n'), 'file: options.file'],
  [
    'a docstring that begins as talk does',
    pythonBlock,
    '\"\"\"\n        This function yields values.\n        \"\"\"\n        yield value',
  ],
  ['a lambda in C#', promptOf('csharp', 'void A()\n{\n    list.ForEach(⟦(each) => { Use(each); }⟧);\n}\n'), '(each) => { Use(each); }'],
  ['a variable with a dollar in JavaScript', promptOf('javascript', '⟦$menu = find();⟧\nshow($menu);\n'), '$menu = find();'],
  [
    'a whole line that another file has, too',
    promptOf('typescript', 'function twice(a: number) {\n  ⟦return a * 2;⟧\n}\n', other),
    'return a * otherFactor + 17;',
  ],
  ['short lines that another file has, too', promptOf('typescript', '⟦a = 1;\nb = 2;⟧\n', small), 'let a = 1;\nlet b = 2;'],
  [
    'lines of another file that belong here as well',
    promptOf('typescript', '⟦return a * otherFactor + 17;\nexport const otherFactor = 12;⟧\n', other),
    'return a * otherFactor + 17;\nexport const otherFactor = 12;',
  ],
  ['a heading that the file has above', promptOf('typescript', '// src/third.ts\na();\n⟦b();\nc();⟧\n'), 'b();\n// src/third.ts'],
  ['a call within a call of the same name', promptOf('typescript', 'const most = 1;\nmax(⟦max(a, b), c)⟧;\n'), 'max(a, b), c)'],
  ['an entry that the next line has, too', promptOf('typescript', '  firstRow(), ⟦buildRow(1),⟧\n  buildRow(1),\n'), 'buildRow(1),'],
  ['a bracket of its own before that of the line', promptOf('typescript', 'const total = sum(⟦values⟧)\n'), 'pick(values)'],
  ['the end of a range before the end of a block', promptOf('ruby', 'if ready then ⟦start⟧ end\n'), 'range.end'],
  ['a line that a good answer has, too', promptOf('typescript', 'a();\n⟦log(total);⟧\nlog(total);\n'), 'log(total);'],
  ['a line that the file has often', promptOf('typescript', 'log(total);\n⟦save(total);⟧\nlog(total);\n'), 'log(total);'],
  ['a return of what the next line calls', promptOf('typescript', 'if (!a) return ⟦early();⟧\nfinish();\n'), 'finish();'],
  ['a capital G with a dot that stands above', promptOf('javascript', "// Ġurnata\nconst word = ⟦'day';⟧\n"), "'Ġurnata';"],
  ['a key of YAML that talk begins with, too', promptOf('yaml', '⟦answer:⟧\n  - one\n'), 'answer:'],
  ['a sentence of a document', promptOf('html', '<p>⟦Here are our shops.⟧</p>\n'), 'Here are our shops.'],
  [
    'spaces in a file that has tabs and spaces',
    promptOf('typescript', 'if (a) {\n\tb();\n}\nif (c) {\n  ⟦d();\n  e();⟧\n  f();\n}\n'),
    'd();\n  g();',
  ],
  [
    'stars that are aligned by spaces among tabs',
    promptOf('go', 'package a\n\nfunc A() {\n\tb()\n\t⟦/*\n\t * A\n\t */⟧\n}\n'),
    '/*\n   * Text\n   */',
  ],
  ['a block that is empty', block, 'if (this.size > 1) {\n    }\n    this.report();'],
  ['a single space more', block, ' this.size += 1;'],
  ['a call of JavaScript in a comment of Python', pythonBlock, 'yield value\n        # as console.log(value) does'],
  ['a definition of Python in a comment', comment, 'def area(width): in Python.'],
  ['an apology behind an escaped quote', promptOf('typescript', "const a = 'it\\'s ⟦late';⟧\n"), "I'm sorry, but I can't help with that';"],
  ['a call of JavaScript in a string of Python', promptOf('python', 'script = ⟦"x"⟧\n'), '"console.log(x)"'],
  ['code with the words kill and attack', python, 'raise AttackError("kill the process")'],
];

describe('the checks of answers to golden prompts', () => {
  it('find nothing wrong with the good answer to any golden prompt, of a model that completes or chats', () => {
    for (const prompt of goldenPrompts) {
      assert.deepEqual(wrongChecks(answerOf(prompt.expected), prompt), [], prompt.id);
      const fenced = `\`\`\`${prompt.languageId}\n${prompt.expected}\n\`\`\``;
      assert.deepEqual(wrongChecks(answerOf(fenced), prompt, { ...traits, chats: true }), [], prompt.id);
    }
  });

  for (const [check, prompt, text] of bad) {
    it(`find ${check} in ${JSON.stringify(text)} (${prompt.languageId})`, () => {
      assert.ok(wrongChecks(answerOf(text), prompt).includes(check), `only ${wrongChecks(answerOf(text), prompt).join(', ') || 'nothing'}`);
    });
  }

  for (const [what, prompt, text] of tricky) {
    it(`raise no false alarm at ${what}`, () => {
      const found = answerChecks.map((each) => each.judge(answerOf(text), prompt, traits)).filter(({ kind }) => kind === 'wrong');
      assert.deepEqual(found, []);
    });
  }

  it('have many tricky answers, and bad ones for every check', () => {
    assert.ok(tricky.length >= 20);
    const covered = new Set<string>([...bad.map(([check]) => check), 'bad-request']);
    assert.deepEqual(
      answerChecks.map(({ name }) => name).filter((name) => !covered.has(name)),
      [],
    );
  });

  it('take an answer that used up its tokens for one without an end', () => {
    for (const chats of [false, true]) {
      const found = wrongChecks(answerOf('width * height', { finish: 'length' }), typescript, { ...traits, chats });
      assert.deepEqual(found, ['past-the-stop']);
    }
  });

  it('call the next line on an empty one an echo, and not prefix and suffix in the wrong order', () => {
    assert.deepEqual(wrongChecks(answerOf('return values[1:]'), python), ['suffix-echo']);
  });

  it('leave an empty answer to the check that is made for it', () => {
    const kinds = Object.fromEntries(answerChecks.map((check) => [check.name, check.judge(answerOf(' '), typescript, traits).kind]));
    const judged = Object.entries(kinds).filter(([, kind]) => kind !== 'unknown');
    // It was neither refused nor taken for a wrong request, and that counts.
    assert.deepEqual(judged, [
      ['refusal', 'fine'],
      ['bad-request', 'fine'],
      ['empty', 'wrong'],
    ]);
  });

  it('judge failures by their kind: filters and bad requests are defects, crowds and networks are none', () => {
    const of = (failure: Failure): PromptCheckName[] => wrongChecks(failed(failure), typescript);
    assert.deepEqual(of({ kind: 'content_filter', message: 'filtered' }), ['refusal']);
    assert.deepEqual(of({ kind: 'bad_request', message: 'no', status: 400 }), ['bad-request']);
    for (const kind of ['context_length', 'client_unsupported', 'model_retired'] as const) {
      assert.deepEqual(of({ kind, message: 'no' }), ['bad-request'], kind);
    }
    for (const kind of ['capacity', 'rate_limit', 'server', 'loading', 'auth', 'quota'] as const) {
      assert.deepEqual(of({ kind, message: 'not now' }), [], kind);
      const judged = answerChecks.filter(
        (check) => check.judge(failed({ kind, message: 'not now' }), typescript, traits).kind !== 'unknown',
      );
      assert.deepEqual(judged, [], kind);
    }
  });

  it('let a model that chats put one fence around its answer, and no talk', () => {
    const chats = { ...traits, chats: true };
    assert.deepEqual(wrongChecks(answerOf('```ts\nwidth * height;\n```\n'), typescript, chats), []);
    assert.deepEqual(
      wrongChecks(answerOf('Sure! Here it is:\n```ts\nwidth * height;\n```'), typescript, chats).includes('chat-preface'),
      true,
    );
  });

  it('say what is wrong in one line without signs that a terminal obeys', () => {
    for (const [, prompt, text] of bad) {
      for (const check of answerChecks) {
        const each = check.judge(answerOf(`${text}\u001b[31m`), prompt, traits);
        if (each.kind === 'wrong') assert.match(each.words, /^[^\p{Cc}]{5,160}$/u);
      }
    }
    const talk = chatPreface.judge(answerOf('Sure!\u001b[31m Here it is:'), typescript, traits);
    assert.deepEqual(talk, { kind: 'wrong', words: 'talks: “Sure!·[31m Here it is:”' });
    // Nor half a character at the end of what is cut.
    assert.equal(quoted(`${'x'.repeat(38)}🙂 and more`), `“${'x'.repeat(38)}…”`);
  });

  it('look inside a fence of a model that chats, and at that of one that completes', () => {
    const judge = ofCode((text) => (text.includes('```') ? 'holds a fence' : undefined));
    const kinds = [true, false].map((chats) => judge(answerOf('```\nwidth\n```'), typescript, { ...traits, chats }).kind);
    assert.deepEqual(kinds, ['fine', 'wrong']);
  });
});
