import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { chatFilters, chatEnough } from '../../../src/pipeline/chatAnswer.ts';
import { applyFilters } from '../../../src/pipeline/filter.ts';
import { modelFilters } from '../../../src/pipeline/modelFilters.ts';
import { cursorMark, formatChat } from '../../../src/prompt/chat.ts';
import { sampleRequest } from '../../fakes/request.ts';

const filters = [...chatFilters(cursorMark), ...modelFilters([])];
const clean = (answer: string, changes: Parameters<typeof sampleRequest>[0] = {}): string =>
  applyFilters(answer, sampleRequest(changes), filters);

/** In a function whose `return ` has been typed; the line is asked for. */
const wanted = 'items.reduce((sum, item) => sum + item.price, 0);';

describe('what a model that chats says is cleaned down to the code', () => {
  const golden: readonly (readonly [name: string, answer: string])[] = [
    ['the code alone', wanted],
    ['white space around it', `\n  ${wanted}\n\n`],
    ['a space that stands before the cursor already', ` ${wanted}`],
    ['a fence', `\`\`\`\n${wanted}\n\`\`\``],
    ['a fence with a language', `\`\`\`typescript\n${wanted}\n\`\`\``],
    ['a fence that never ends', `\`\`\`ts\n${wanted}`],
    ['a fence of tildes', `~~~ts\n${wanted}\n~~~`],
    ['a fence that only ends', `${wanted}\n\`\`\``],
    ['talk and a fence', `Here is the completed code:\n\n\`\`\`ts\n${wanted}\n\`\`\``],
    ['talk, a fence and an explanation', `Sure! Here's the line.\n\`\`\`ts\n${wanted}\n\`\`\`\nThis sums up the prices of all items.`],
    ['talk without a fence', `Here is the missing code:\n\n${wanted}`],
    ['an explanation behind it', `${wanted}\n\nThis code sums up the prices.`],
    ['the beginning of the line again', `return ${wanted}`],
    ['the beginning of the line again, indented', `  return ${wanted}`],
    ['the whole function again', `export function total(items: Item[]): number {\n  return ${wanted}\n}`],
    ['the whole function again in a fence', `\`\`\`ts\nexport function total(items: Item[]): number {\n  return ${wanted}\n}\n\`\`\``],
    ['the cursor mark before it', `${cursorMark}${wanted}`],
    ['the line again with the cursor mark', `  return ${cursorMark}${wanted}`],
    ['the cursor mark behind it', `${wanted}${cursorMark}`],
    ['a thought before it', `<think>\nWe need the sum.\n</think>\n\n${wanted}`],
    ['a thought and a fence', `<thinking>hm</thinking>\n\`\`\`ts\n${wanted}\n\`\`\``],
  ];
  for (const [name, answer] of golden) {
    it(name, () => assert.equal(clean(answer), wanted));
  }

  const nothing: readonly (readonly [name: string, answer: string])[] = [
    ['talk alone', 'I have no suggestion for this line.'],
    ['the announcement of code that never came', 'Here is the code:'],
    ['a thought that never ended', '<think>\nThe user wants'],
    ['an empty fence', '```ts\n```'],
    ['nothing but the line again', '  return '],
    ['nothing', ' \n'],
  ];
  for (const [name, answer] of nothing) {
    it(`leaves nothing of ${name}`, () => assert.equal(clean(answer), ''));
  }

  it('completes a word that is half typed', () => {
    assert.equal(clean('console.log(total);', { prefix: 'const total = 1;\nconsole.l' }), 'og(total);');
  });

  it('keeps the lines of a block and their indentation', () => {
    const prefix = 'function each(items: Item[]) {\n  for (const item of items) {\n    ';
    const block = 'if (item.price > 0) {\n      sum += item.price;\n    }';
    for (const answer of [block, `    ${block}`, `\`\`\`ts\n    ${block}\n\`\`\``, `${block}\n\nconsole.log(sum);`, `${block}\n  }\n}`]) {
      assert.equal(clean(answer, { prefix, suffix: '\n  }\n}\n', shape: 'block' }), block, answer);
    }
  });

  it('leaves a bracket that closes what the answer itself opens', () => {
    const answer = 'if (ready) {\n  start();\n}';
    assert.equal(clean(answer, { prefix: 'function go() {\n', suffix: '\n}\n', shape: 'block' }), answer);
  });

  it('leaves prose and fences in a document that is made of them', () => {
    const changes = { languageId: 'markdown', prefix: '# Use\n\n', suffix: '', shape: 'block' } as const;
    assert.equal(clean('Here is how:\n```ts\nstart();\n```', changes), 'Here is how:\n```ts\nstart();\n```');
  });

  it('leaves code that looks a little like talk', () => {
    for (const code of ['sure = isSure(answer);', 'the(code).isFine();', 'ok: boolean;', 'Here.is(a).call();', 'this.line.end();']) {
      assert.equal(clean(code, { prefix: 'x\n' }), code);
    }
  });

  it('leaves a line that happens to stand above too, when no echo leads to the cursor', () => {
    const prefix = 'test();\nfoo();\nbar();\n';
    assert.equal(clean('foo();', { prefix, suffix: '' }), 'foo();');
    assert.equal(clean('foo();\nnext();', { prefix, suffix: '', shape: 'block' }), 'foo();\nnext();');
  });

  it('never throws and never makes a text longer', () => {
    const pieces = fc.constantFrom('```', '```ts\n', '\n', '  ', 'return ', '}', 'Here is:', '<think>', '</think>', cursorMark, 'a(b);');
    const answers = fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(answers, fc.constantFrom('line' as const, 'block' as const), (answer, shape) => {
        assert.ok(clean(answer, { shape }).length <= answer.length);
        chatEnough(answer, sampleRequest({ shape }), cursorMark);
      }),
    );
  });
});

describe('an answer that still comes is whole', () => {
  const rows: readonly (readonly [name: string, soFar: string, isWhole: boolean])[] = [
    ['not before the end of the line', wanted, false],
    ['at the end of the line', `${wanted}\n`, true],
    ['not at the beginning of a fence', '```ts\n', false],
    ['at the end of the first line in a fence', `\`\`\`ts\n${wanted}\n`, true],
    ['not behind an announcement', 'Here is the code:\n\n', false],
    ['not behind an echo', 'export function total(items: Item[]): number {\n', false],
    ['behind the line that follows an echo', `export function total(items: Item[]): number {\n  return ${wanted}\n`, true],
    ['not while it thinks', '<think>\nreturn a sum\n', false],
  ];
  for (const [name, soFar, isWhole] of rows) {
    it(name, () => assert.equal(chatEnough(soFar, sampleRequest(), cursorMark), isWhole ? soFar.length : undefined));
  }

  it('a block at its empty line or the end of its fence', () => {
    const request = sampleRequest({ shape: 'block', prefix: 'go();\n' });
    const isWhole = (soFar: string): boolean => chatEnough(soFar, request, cursorMark) !== undefined;
    assert.equal(isWhole('if (a) {\n  b();\n'), false);
    assert.equal(isWhole('if (a) {\n  b();\n}\n\n'), true);
    assert.equal(isWhole('```ts\nif (a) {\n  b();\n}\n'), false);
    assert.equal(isWhole('```ts\nif (a) {\n  b();\n}\n```'), true);
  });
});

describe('the message for a model that chats', () => {
  it('marks the cursor once, between the texts around it, and asks for the shape', () => {
    const { system, user } = formatChat(sampleRequest());
    assert.ok(user.includes(`  return ${cursorMark}\n}\n`));
    assert.equal(user.split(cursorMark).length, 2);
    assert.ok(user.includes('cart.ts') && user.includes('typescript'));
    assert.ok(system.includes('Complete the line'));
    assert.ok(formatChat(sampleRequest({ shape: 'block' })).system.includes('block'));
  });
});
