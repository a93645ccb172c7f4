import type { CompletionRequest } from '../domain/completion.ts';
import { contextComments, contextFiles } from './contextText.ts';
import { formatFim, holdsToken, type ResolvedFormat } from './fim.ts';
import { fimFamilies } from './fimTemplates.ts';

/**
 * The prompt for a request with its context: as files where the family was trained with files, else as comments ahead of the text. The
 * context always comes first, so that a prompt begins like the one before it.
 */
export function formatWithContext(request: CompletionRequest, format: ResolvedFormat): ReturnType<typeof formatFim> {
  const { context = [], languageId } = request;
  if (context.length === 0) return formatFim(request, format);
  const takesFiles = format !== 'suffix' && fimFamilies[format].files?.each !== undefined;
  if (takesFiles) return formatFim(request, format, contextFiles(context));
  const safe = context.filter(({ path, text }) => !holdsToken(path, format) && !holdsToken(text, format));
  return formatFim({ ...request, prefix: contextComments(safe, languageId) + request.prefix }, format);
}
