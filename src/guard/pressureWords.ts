import type { Millis } from '../base/clock.ts';
import type { MemoryFigures } from '../base/processFigures.ts';
import type { PressureCause } from '../domain/pressure.ts';

/** The figures of one look. */
export interface Seen {
  readonly memory: MemoryFigures;
  /** All our stores together, in bytes. */
  readonly ledger: number;
  /** Of the resident memory, in MB a minute. */
  readonly growth: number;
  /** How late the event loop is in one of a hundred rounds. */
  readonly lag: Millis;
}

/**
 * Why something is scarce, in one line. Memory and time of the extension host are shared by all extensions, and nobody can tell from
 * within whose they are: so it says what the host uses, and beside it what is ours.
 */
export function reasonFor(cause: PressureCause, { memory, ledger, growth, lag }: Seen): string {
  const own = `Failsoft’s own stores hold ${sizeText(ledger)}`;
  switch (cause) {
    case 'heap': {
      const share = Math.round((100 * memory.heap) / memory.heapLimit);
      return `the extension host, which all extensions share, uses ${sizeText(memory.heap)} (${share} %) of the ${sizeText(memory.heapLimit)} it may; ${own}`;
    }
    case 'ledger':
      return `${own}, more than three quarters of what they may`;
    case 'growth':
      return `the memory of the extension host, which all extensions share, grows by ${Math.round(growth)} MB a minute; ${own}`;
    case 'lag':
      return `the extension host, which all extensions share, is busy: what is due there comes up to ${Math.round(lag)} ms late`;
  }
}

function sizeText(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  if (megabytes >= 1024) return `${(megabytes / 1024).toFixed(1)} GB`;
  return `${megabytes >= 100 ? Math.round(megabytes) : megabytes.toFixed(1)} MB`;
}
