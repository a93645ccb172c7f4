import { golden, type GoldenPrompt } from '../goldenPrompt.ts';

/** Functions that stand before or after a long prompt's cursor. */
const many = 110;

const names = ['apple', 'bread', 'cheese', 'dates', 'eggs', 'flour', 'grapes', 'honey'];

/** What a long file is full of: each function is another one, so that nothing is learnt by repeating. */
function typescriptFiller(first: number): string {
  return Array.from({ length: many }, (_, index) => {
    const number = first + index;
    const name = names[number % names.length] ?? '';
    return `export function ${name}Cost${number}(pieces: number): number {\n  return pieces * ${number + 3} + ${number % 7};\n}\n`;
  }).join('\n');
}

function pythonFiller(first: number): string {
  return Array.from({ length: many }, (_, index) => {
    const number = first + index;
    const name = names[number % names.length] ?? '';
    return `def ${name}_cost_${number}(pieces):\n    return pieces * ${number + 3} + ${number % 7}\n`;
  }).join('\n\n');
}

/** Places with some two thousand tokens before the cursor, after it, or on both sides. */
export const longPrompts: readonly GoldenPrompt[] = [
  golden(
    { id: 'ts-long-prefix', kind: 'long', languageId: 'typescript', path: 'src/costs.ts' },
    `${typescriptFiller(100)}\nexport function basketCost(costs: readonly number[]): number {\n  return ⟦costs.reduce((sum, cost) => sum + cost, 0);⟧\n}\n`,
  ),
  golden(
    { id: 'ts-long-suffix', kind: 'long', languageId: 'typescript', path: 'src/moreCosts.ts' },
    `export function highestCost(costs: readonly number[]): number {\n  return ⟦Math.max(...costs);⟧\n}\n\n${typescriptFiller(300)}`,
  ),
  golden(
    { id: 'py-long-both', kind: 'long', languageId: 'python', path: 'costs.py' },
    `${pythonFiller(500)}\n\ndef cheapest(costs):\n    ⟦return min(costs)⟧\n\n\n${pythonFiller(700)}`,
  ),
];
