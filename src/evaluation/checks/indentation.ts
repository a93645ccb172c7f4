import { lineHead, type GoldenPrompt } from '../goldenPrompt.ts';
import { nowAndThen, ofCode, type PromptCheck } from '../promptCheck.ts';

/** Indentation that is not the document's. */
export const indentation: PromptCheck = {
  name: 'indentation',
  title: 'Indentation',
  about:
    'Tabs where the file has spaces or the other way round, a first line that is indented a second time, or a body that is not indented. In ' +
    'Python the code means something else then.',
  alone: nowAndThen,
  judge: ofCode((text, prompt) => firstLineAgain(text, prompt) ?? otherKind(text, prompt) ?? flatBody(text, prompt)),
};

const leadOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/** On a line that holds only its indentation, the text brings the whole indentation again. */
function firstLineAgain(text: string, { prefix }: GoldenPrompt): string | undefined {
  const head = lineHead(prefix);
  if (head === '' || head.trim() !== '' || !leadOf(text).startsWith(head)) return undefined;
  return 'indents the first line a second time';
}

function otherKind(text: string, { prefix, suffix }: GoldenPrompt): string | undefined {
  const leads = `${prefix}\n${suffix}`
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(leadOf)
    .filter((lead) => lead !== '');
  if (leads.length === 0) return undefined;
  const hasTabs = leads.some((lead) => lead.includes('\t'));
  const hasSpaces = leads.some((lead) => lead.includes('  '));
  if (hasTabs && hasSpaces) return undefined;
  // The first line goes on behind the cursor. A star under a star of a comment is aligned by one space everywhere.
  const others = text
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('*'))
    .map(leadOf);
  if (hasTabs && others.some((lead) => lead.startsWith('  '))) return 'indents by spaces where the file has tabs';
  return !hasTabs && others.some((lead) => lead.includes('\t')) ? 'indents by tabs where the file has spaces' : undefined;
}

/** Below a line that opens a block the next one stands deeper. */
function flatBody(text: string, { prefix, languageId }: GoldenPrompt): string | undefined {
  const opens =
    languageId === 'python' ? /^\s*(?:async |class|def|elif|else|except|finally|for|if|try|while|with)\b.*:\s*(?:#.*)?$/ : /[{]\s*$/;
  const lines = (lineHead(prefix) + text).split('\n');
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (next === undefined || next.trim() === '' || !opens.test(line) || /^\s*[})\]#/]/.test(next)) continue;
    if (leadOf(next).length <= leadOf(line).length) return 'does not indent the body of a block';
  }
  return undefined;
}
