import type { WholeFiles } from '../../src/base/wholeFile.ts';

/** A disk in memory that can be full or read-only. */
export class MemoryFiles implements WholeFiles {
  readonly contents = new Map<string, Uint8Array>();
  /** Set: nothing can be written, and this says why. */
  refusal: string | undefined;
  writes = 0;

  read(file: string, atMost: number): Uint8Array | undefined {
    const found = this.contents.get(file);
    if (found !== undefined && found.length > atMost) throw new Error('too long');
    return found;
  }

  replace(file: string, bytes: Uint8Array): void {
    this.writes += 1;
    if (this.refusal !== undefined) throw new Error(this.refusal);
    this.contents.set(file, bytes.slice());
  }
}
