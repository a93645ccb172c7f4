import { writeFileSync } from 'node:fs';
import { fitKey, type LocalModel } from '../../../src/local/model.ts';

/** Writes a model as the source file of the engine that holds it. */
export function keepModel(file: URL | string, { weights, slope, shift }: LocalModel, parameters: string): void {
  const hundredths = Array.from(weights, (weight) => String(Math.round(weight * 100)));
  const rows: string[] = [];
  while (hundredths.length > 0) rows.push(`    '${hundredths.splice(0, 26).join(' ')}${hundredths.length > 0 ? ' ' : ''}'`);
  writeFileSync(
    file,
    `import type { KeptModel } from './model.ts';

/** Made by test/bench/local/fit.ts, with what docs/local-engine.md says. Not to be edited by hand. */
export const fittedModel: KeptModel = {
  parameters: '${parameters}',
  key: ${fitKey(parameters)},
  slope: ${slope.toFixed(3)},
  shift: ${shift.toFixed(3)},
  hundredths:
${rows.join(' +\n')},
};
`,
  );
}
