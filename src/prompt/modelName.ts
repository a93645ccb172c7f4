/**
 * A model's name without what does not say what it is: the registry and the owner before the last slash, the kind of file, and how
 * words are joined. `hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M` becomes `qwen2.5-coder-7b-instruct-gguf:q4-k-m`.
 *
 * Only the last part counts: a folder's name says nothing certain about the file in it.
 */
export function normaliseModel(name: string): string {
  const last = name
    .trim()
    .replace(/[/\\]+$/, '')
    .split(/[/\\]/)
    .at(-1);
  return (last ?? '')
    .toLowerCase()
    .replace(/\.(?:gguf|safetensors|bin)$/, '')
    .replace(/[\s_@]+/g, '-')
    .replace(/-{2,}/g, '-');
}
