import type { PromptCheck } from '../promptCheck.ts';
import { badRequest } from './badRequest.ts';
import { characters } from './characters.ts';
import { chatPreface } from './chatPreface.ts';
import { empty } from './empty.ts';
import { fileBoundary } from './fileBoundary.ts';
import { fimOrder } from './fimOrder.ts';
import { indentation } from './indentation.ts';
import { language } from './language.ts';
import { pastTheStop } from './pastTheStop.ts';
import { refusal } from './refusal.ts';
import { specialTokens } from './specialTokens.ts';
import { suffixEcho } from './suffixEcho.ts';

/** Every check that looks at one answer; those of the context window and of token counts look at figures. */
export const answerChecks: readonly PromptCheck[] = [
  fileBoundary,
  fimOrder,
  suffixEcho,
  specialTokens,
  characters,
  pastTheStop,
  refusal,
  badRequest,
  chatPreface,
  empty,
  indentation,
  language,
];
