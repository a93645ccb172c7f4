import { quoted } from '../lines.ts';
import { almostNever, ofCode, type PromptCheck } from '../promptCheck.ts';

/** What tokens of models look like that are in no list yet. */
const unlisted = /<[|｜][A-Za-z0-9_▁-]+[|｜]>/;

/** Languages in which `</s>` is a tag. */
const markup: ReadonlySet<string> = new Set(['html', 'xml', 'vue', 'svelte', 'markdown']);

/** Tokens of the model that come as text. */
export const specialTokens: PromptCheck = {
  name: 'special-tokens',
  title: 'Special and stop tokens',
  about:
    'Markers of fill-in-the-middle, ends of answers, separators of files and turns that the server did not take out. They mean that the ' +
    'template or the stop texts do not belong to this model.',
  alone: almostNever,
  judge: ofCode((text, { languageId }, { tokens }) => {
    const listed = tokens.find((token) => text.includes(token));
    const found = listed ?? unlisted.exec(text)?.[0] ?? (!markup.has(languageId) && /<\/s>\s*$/.test(text) ? '</s>' : undefined);
    return found === undefined ? undefined : `holds the token ${quoted(found)}`;
  }),
};
