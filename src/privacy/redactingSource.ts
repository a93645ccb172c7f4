import { type Logger, messageOf } from '../base/logger.ts';
import { type CompletionRequest, type CompletionSource, failed, type Outcome } from '../domain/completion.ts';
import { placeholder, type SecretScan } from './secretScan.ts';

/**
 * A source that never sees a secret: what it is asked holds placeholders instead, and an answer that repeats one is dropped, because
 * it would be typed into the person's file. Without a scan nothing is sent (it fails closed).
 *
 * @param scan made when it is first needed; the rules are a file of their own
 */
export function redactingSource(source: CompletionSource, scan: () => Promise<SecretScan>, logger: Logger): CompletionSource {
  return {
    id: source.id,
    async complete(request, call) {
      let redacted;
      try {
        redacted = redactedRequest(await scan(), request);
      } catch (error) {
        const message = 'the search for secrets failed, so nothing was sent';
        logger.error(`privacy ${request.id}: ${message}: ${messageOf(error)}`);
        return failed({ kind: 'internal', message });
      }
      const { found } = redacted;
      if (found.length === 0) return source.complete(request, call);
      logger.debug(`privacy ${request.id}: replaced before ${source.id}: ${found.join(', ')}`);
      const { onText, ...rest } = call;
      // A text that ends in half a placeholder is not passed on either: what was passed on may be shown.
      const passOn =
        onText &&
        ((soFar: string): void => {
          if (!mayEndInPlaceholder(soFar)) onText(soFar);
        });
      return withoutPlaceholder(await source.complete(redacted.request, { ...rest, ...(passOn ? { onText: passOn } : {}) }));
    },
  };
}

/** Every text of the request that is sent: around the cursor, and of other files. */
function redactedRequest(
  scan: SecretScan,
  request: CompletionRequest,
): { readonly request: CompletionRequest; readonly found: readonly string[] } {
  const { prefix, suffix, found } = scan.redact(request.prefix, request.suffix);
  const pieces = request.context?.map((piece) => ({ piece, redacted: scan.redact(piece.text, '') })) ?? [];
  const names = [...found, ...pieces.flatMap(({ redacted }) => redacted.found)];
  if (names.length === 0) return { request, found: names };
  const context = pieces.map(({ piece, redacted }) => ({ ...piece, text: redacted.prefix }));
  return { request: { ...request, prefix, suffix, ...(request.context ? { context } : {}) }, found: names };
}

function withoutPlaceholder(outcome: Outcome): Outcome {
  return outcome.ok && outcome.text.includes(placeholder) ? { ...outcome, text: '' } : outcome;
}

function mayEndInPlaceholder(text: string): boolean {
  if (text.includes(placeholder)) return true;
  for (let length = Math.min(placeholder.length - 1, text.length); length >= 3; length -= 1) {
    if (text.endsWith(placeholder.slice(0, length))) return true;
  }
  return false;
}
