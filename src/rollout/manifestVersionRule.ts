import { fimFormats } from '../settings/settings.ts';
import { type ChoiceRule, number, type NumberRule, type ObjectRule, text } from './manifestRule.ts';

/** The name of a model. */
export const modelName = text(
  'The name of a model, as its server knows it.',
  /^\S(?:.*\S)?$/u,
  200,
  "a model's name of at most 200 characters",
);

const fim: ChoiceRule = {
  kind: 'choice',
  description: 'Fill-in-the-middle format of this version. Left out: what the backend is set to.',
  values: Object.fromEntries(
    fimFormats.map((format) => [
      format,
      format === 'auto' ? "By the model's name." : format === 'suffix' ? "The API's own suffix field." : `The format of ${format}.`,
    ]),
  ),
};

/** The bound of the candidate's answers. */
export const maxTokens: NumberRule = {
  ...number('Its answers are at most so long, in tokens; left out: as long as those of the baseline.', 1, 1024),
  isWhole: true,
};

/** A model version: its backend and model, and how it is asked. @param more what only one of the two has */
export function version(description: string, more: ObjectRule['fields'] = {}): ObjectRule {
  return {
    kind: 'object',
    description,
    isRequired: true,
    fields: {
      backend: {
        ...text('Name of a backend in failsoft.backends.', /^\S(?:.*\S)?$/u, 60, 'the name of a backend, at most 60 characters'),
        isRequired: true,
      },
      model: { ...modelName, description: 'The model there, by the name its server knows.', isRequired: true },
      fim,
      ...more,
    },
  };
}
