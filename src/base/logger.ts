/**
 * Where log lines go. A line names the room and, where there is one, the request id.
 * Invariant: never source text, never keys.
 */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** What an unknown thrown value says, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    // An object without a prototype has no text.
    return 'something without a message';
  }
}
