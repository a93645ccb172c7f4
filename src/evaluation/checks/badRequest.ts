import { almostNever, fine, type PromptCheck, unknown, wrongIf } from '../promptCheck.ts';

const refused: ReadonlySet<string> = new Set(['bad_request', 'context_length', 'client_unsupported', 'model_retired']);

/** Requests that the server does not take as they are. */
export const badRequest: PromptCheck = {
  name: 'bad-request',
  title: 'Requests refused as wrong',
  about:
    'The server says that a request is malformed, too long or for a model that is not there. Golden prompts are of ordinary length and ' +
    'form; what is refused here is refused to everybody.',
  alone: almostNever,
  judge(outcome) {
    if (outcome.ok) return fine;
    const { kind, status } = outcome.failure;
    return refused.has(kind) ? wrongIf(`refused as ${kind}${status === undefined ? '' : ` with status ${status}`}`) : unknown;
  },
};
