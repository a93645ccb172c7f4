import type { CompletionRequest } from '../domain/completion.ts';

/** How a bound in tokens becomes one in bytes without the model's tokenizer. */
export const tokenEstimate = {
  /** Fewer bytes per token than source code really has (3 to 4), because what is too long is refused or cut without a word. */
  bytesPerToken: 2.5,
  /** Tokens kept free for the special tokens of the prompt. */
  reserve: 64,
  /** At most this share of the prompt is what follows the cursor. */
  suffixShare: 0.25,
} as const;

/**
 * The request with its texts cut so that prompt and answer fit into a context of this many tokens: the prefix loses its beginning,
 * the suffix its end, and pieces of other files give way first. The same object when it fits.
 */
export function fitRequest(request: CompletionRequest, contextTokens: number): CompletionRequest {
  const tokens = Math.max(0, contextTokens - request.maxTokens - tokenEstimate.reserve);
  const budget = Math.floor(tokens * tokenEstimate.bytesPerToken);
  const prefixBytes = Buffer.byteLength(request.prefix);
  const suffixBytes = Buffer.byteLength(request.suffix);
  const context = fitContext(request, budget - prefixBytes - suffixBytes);
  if (prefixBytes + suffixBytes <= budget) return context === request.context ? request : { ...request, context: context ?? [] };
  const suffix = keepStart(request.suffix, Math.max(Math.floor(budget * tokenEstimate.suffixShare), budget - prefixBytes));
  return { ...request, prefix: keepEnd(request.prefix, budget - Buffer.byteLength(suffix)), suffix, ...(context ? { context } : {}) };
}

/** The last pieces are the most helpful, so the first ones are left out. */
function fitContext({ context }: CompletionRequest, bytes: number): CompletionRequest['context'] {
  if (!context) return undefined;
  let left = bytes;
  let first = context.length;
  for (const [index, { path, text }] of [...context.entries()].reverse()) {
    left -= Buffer.byteLength(path) + Buffer.byteLength(text);
    if (left < 0) break;
    first = index;
  }
  return first === 0 ? context : context.slice(first);
}

function keepStart(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && isInside(encoded[end])) end--;
  return encoded.toString('utf8', 0, end);
}

function keepEnd(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let start = encoded.length - bytes;
  while (start < encoded.length && isInside(encoded[start])) start++;
  return encoded.toString('utf8', start);
}

/** True for a byte 10xxxxxx: not the first of its character. */
function isInside(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
