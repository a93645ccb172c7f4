/** Where the person has switched suggestions off: for one file, for a language, or for a folder of the workspace. */
export type OffHere = 'file' | 'language' | 'folder';

/** Completes the sentence "Failsoft is …". */
export function offWords(off: OffHere, languageId: string): string {
  if (off === 'language') return `off for ${languageId}`;
  return off === 'file' ? 'off for this file' : 'off in this folder';
}

/** What the person did, and so what ends it. */
export function offReason(off: OffHere): string {
  if (off === 'file') return 'no suggestions, switched off by you; the menu switches them on again';
  return `no suggestions, switched off in the settings (${off === 'language' ? 'failsoft.disabledLanguages' : 'failsoft.enable of this folder'})`;
}
