/** Languages whose code is alike enough to be copied from one to the other. */
const families: readonly (readonly string[])[] = [
  ['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'vue', 'svelte'],
  ['c', 'cpp', 'cuda-cpp', 'objective-c', 'objective-cpp'],
  ['css', 'scss', 'less'],
  ['json', 'jsonc'],
];

/** Whether two language identifiers are the same language or of one family. */
export function isSameLanguage(one: string, other: string): boolean {
  return one === other || families.some((family) => family.includes(one) && family.includes(other));
}
