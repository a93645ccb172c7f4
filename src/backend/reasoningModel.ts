/**
 * Tokens that a reasoning model may think with before it answers; they count against the bound of an answer, and with the bound of
 * a line alone it would end before its first word.
 *
 * @see https://platform.openai.com/docs/guides/reasoning
 */
export const reasoningTokens = 1024;

/**
 * Whether a model of OpenAI reasons before it answers, by its name: such models refuse `max_tokens`, `temperature` and `stop`.
 * A deployment on Azure has the name that somebody gave it, so it is known only if that begins like the model.
 *
 * @see https://platform.openai.com/docs/guides/reasoning
 * @see https://learn.microsoft.com/azure/ai-services/openai/how-to/reasoning
 */
export function isReasoningModel(model: string): boolean {
  return /(?:^|\/)(?:o[134](?:$|-)|gpt-5(?!-chat))/i.test(model);
}
