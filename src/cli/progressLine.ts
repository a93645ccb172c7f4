import type { Clock, Millis } from '../base/clock.ts';

/** Where lines for a person go. */
export interface TextOut {
  write(text: string): void;
  /** Columns of the terminal, 0: it does not say; `undefined`: it is none. */
  readonly columns: number | undefined;
}

/** Between two lines where none can be rewritten. */
const everySoOften: Millis = 5000;
/** On a terminal; more often is only flicker. */
const everyFrame: Millis = 100;

/** Of a terminal that does not say; those of containers often do not. */
const usualColumns = 80;

/** Says how far a command is: one line, rewritten, on a terminal; a line every five seconds elsewhere. */
export class ProgressLine {
  readonly #out: TextOut;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #saidAt: Millis = -Infinity;
  #isShown = false;

  constructor(out: TextOut, clock: Pick<Clock, 'monotonic'>) {
    this.#out = out;
    this.#clock = clock;
  }

  say(line: string): void {
    const { columns } = this.#out;
    const now = this.#clock.monotonic();
    if (now - this.#saidAt < (columns === undefined ? everySoOften : everyFrame)) return;
    this.#saidAt = now;
    const plain = line.replace(/\p{Cc}+/gu, ' ');
    if (columns === undefined) {
      this.#out.write(`${plain}\n`);
      return;
    }
    this.#isShown = true;
    this.#out.write(`\r\u001b[2K${plain.slice(0, Math.max(1, (columns || usualColumns) - 1))}`);
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.#isShown) this.#out.write('\r\u001b[2K');
    this.#isShown = false;
  }
}
