import { layoutText } from './features.ts';
import { hashOf } from './lexer.ts';

/** A number for what weights were fitted to: the layout of the features and the parameters of the fit. */
export function fitKey(parameters: string): number {
  const text = `${layoutText}; ${parameters}`;
  return hashOf(text, 0, text.length);
}
