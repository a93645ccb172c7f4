import type { CompletionRequest } from '../../../src/domain/completion.ts';
import type { ContextFile } from '../../../src/prompt/fim.ts';

/** The document of `golden.json`: the cursor stands in the middle of a line. */
export const goldenRequest: CompletionRequest = {
  id: 'golden',
  languageId: 'python',
  documentId: 'file:///shop/cart.py',
  path: 'shop/cart.py',
  prefix: 'def total(items):\n    return ',
  suffix: '\n\n\nprint(total([]))\n',
  shape: 'line',
  trigger: 'automatic',
  maxTokens: 64,
};

export const goldenFiles: readonly ContextFile[] = [
  { path: 'shop/item.py', text: 'class Item:\n    price = 0\n' },
  { path: 'shop/tax.py', text: 'rate = 0.2\n' },
];
