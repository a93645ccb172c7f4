import { almostNever, ofCode, type PromptCheck } from '../promptCheck.ts';

/** What is no text, each with its name. */
const wrongCharacters: readonly (readonly [RegExp, string])[] = [
  [/\uFFFD/u, 'a replacement character: bytes of a letter were lost'],
  [/[\uD800-\uDFFF]/u, 'half a character'],
  [/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/u, 'a control character'],
  [/\r/u, 'a carriage return, though the prompt has none'],
  [/[ĠĊĉ](?=[\w(){}=]|$)/u, 'a letter by which a tokenizer writes white space'],
  [/▁\w/u, 'a letter by which a tokenizer writes white space'],
];

/** Characters that no text has. */
export const characters: PromptCheck = {
  name: 'characters',
  title: 'Characters that are none',
  about: 'Broken letters, control characters, carriage returns and signs of the tokenizer itself: the server decodes the answer wrongly.',
  alone: almostNever,
  judge: ofCode((text, { prefix, suffix }) => {
    const found = wrongCharacters.find(([pattern]) => pattern.test(text) && !pattern.test(prefix) && !pattern.test(suffix));
    return found && `holds ${found[1]}`;
  }),
};
