import type { OpenDocument } from '../../src/domain/workspace.ts';

/** A function of ten lines; no two numbers give the same text. */
export function sampleFunction(number: number): string {
  const name = `total${number}`;
  return [
    `export function ${name}(items: readonly Item[], rate: number): number {`,
    `  let ${name}Sum = 0;`,
    '  for (const item of items) {',
    '    if (item.price < 0) throw new RangeError(`price of ${item.name} is negative`);',
    `    ${name}Sum += item.price * item.count * ${number};`,
    '  }',
    `  return ${name}Sum * (1 + rate);`,
    '}',
    '',
    '',
  ].join('\n');
}

/** Text of `count` functions, beginning with the function of this number. */
export function sampleSource(first: number, count: number): string {
  return Array.from({ length: count }, (_, index) => sampleFunction(first + index)).join('');
}

/** Some open documents of 500 lines, as a person at work has them. */
export function sampleDocuments(count: number): readonly OpenDocument[] {
  return Array.from({ length: count }, (_, index) => {
    const text = sampleSource(index * 1000, 50);
    return { id: `file:///open/${index}.ts`, languageId: 'typescript', version: 1, text: () => text };
  });
}
