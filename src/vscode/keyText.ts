/** What a person typed as a key: usable, or why not. */
export type KeyInput = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'wrong'; readonly message: string };

/** Longer than any key in use; longer input is a pasted file. */
const maximumKeyLength = 4096;

/**
 * Cleans a pasted key. Spaces and line ends around and within go (terminals break long keys); anything else that cannot stand
 * in an HTTP header is refused, because it would either be an error on every request or a second header.
 */
export function readKeyInput(input: string): KeyInput {
  const key = input.replace(/\s+/g, '');
  if (key === '')
    return { kind: 'wrong', message: 'The key is empty; nothing was changed. To remove a stored key use "Failsoft: Clear API Key…".' };
  if (key.length > maximumKeyLength)
    return { kind: 'wrong', message: `The key has ${key.length} characters, allowed are ${maximumKeyLength}; nothing was changed.` };
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return {
      kind: 'wrong',
      message: 'The key has control characters or letters outside of ASCII, which no API key has; nothing was changed.',
    };
  }
  return { kind: 'key', key };
}

/** Where a key is stored. The origin is part of the name: after a change of the endpoint the old key is simply not found (law 13). */
export function secretName(backendName: string, origin: string): string {
  return `failsoft.key:${JSON.stringify([origin, backendName])}`;
}

/** Whether a secret of this name is one of our keys. */
export function isSecretName(name: string): boolean {
  return name.startsWith('failsoft.key:');
}
