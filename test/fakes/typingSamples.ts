import { readFileSync } from 'node:fs';
import type { SourceFile } from '../bench/typing/sourceFiles.ts';

const workspace = new URL('../demo/workspace/', import.meta.url);

/** Files small enough for a test: those of the workspace of the demonstration. */
export const sampleFiles: readonly SourceFile[] = (
  [
    ['src/cart.ts', 'typescript'],
    ['src/catalog.ts', 'typescript'],
    ['src/orders.ts', 'typescript'],
    ['inventory/report.py', 'python'],
    ['inventory/stock.py', 'python'],
  ] as const
).map(([path, languageId]) => ({ path, languageId, text: readFileSync(new URL(path, workspace), 'utf8') }));
