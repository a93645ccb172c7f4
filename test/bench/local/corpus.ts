import type { SourceFile } from '../../../src/local/workerClient.ts';

/** Files of at least so many characters in all: the given ones, then copies with other names in them. */
export function corpusOf(files: readonly { path: string; lang: string; text: string }[], characters: number): SourceFile[] {
  const corpus: SourceFile[] = [];
  let length = 0;
  for (let copy = 0; length < characters && files.length > 0; copy += 1) {
    for (const { path: file, lang, text } of files) {
      // A tenth of the names differ from copy to copy, as they do between the parts of a large workspace.
      const renamed =
        copy === 0 ? text : text.replace(/\b[a-z]\w{7,}\b/g, (name) => (name.charCodeAt(2) % 10 === copy % 10 ? `${name}${copy}` : name));
      corpus.push({ path: `copy${copy}/${file}`, languageId: lang, text: renamed, stamp: '' });
      length += renamed.length;
      if (length >= characters) break;
    }
  }
  return corpus;
}
