import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Disposable } from './clock.ts';

/** A folder of its own that nobody else knows, gone when it is disposed of. @throws Error when the disk is full or may not be written */
export function makeSandbox(name: string): Disposable & { readonly path: string } {
  const made = mkdtempSync(path.join(os.tmpdir(), `failsoft-${name}-`));
  return { path: made, dispose: () => rmSync(made, { recursive: true, force: true }) };
}
