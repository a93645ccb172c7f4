import type { CompletionRequest } from '../domain/completion.ts';
import { contextSection } from './contextText.ts';

/** Marks the cursor in a message; must never reach a document. */
export const cursorMark = '<|cursor|>';

/** Instruction and message for a model that chats and knows no fill-in-the-middle. */
export function formatChat(request: CompletionRequest): { readonly system: string; readonly user: string } {
  const { prefix, suffix, path, languageId, context = [] } = request;
  // A second mark would be a second cursor.
  const others = contextSection(context.filter(({ text }) => !text.includes(cursorMark)));
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  return {
    system: [
      'You are the code completion of an editor.',
      `You get one file in which ${cursorMark} marks the cursor. Answer with only the code that goes at the cursor.`,
      'Your answer is put into the file as it is. So: no explanation, no Markdown, no code fence, no cursor mark, and nothing of what already stands before or after the cursor.',
      request.shape === 'line'
        ? 'Complete the line of the cursor and stop at its end.'
        : 'Complete the statement or block that begins at the cursor, with the indentation of the file, and stop at its end.',
      'If nothing fits there, answer with nothing.',
    ].join('\n'),
    user: [
      ...(others === '' ? [] : [others]),
      `File: ${path}`,
      `Language: ${languageId}`,
      '',
      `${prefix}${cursorMark}${suffix}`,
      '',
      line.trim() === '' ? 'The line of the cursor is empty so far.' : `The line of the cursor begins with: ${line.trim()}`,
    ].join('\n'),
  };
}
