import { bench } from './bench.ts';
import type { Command } from './command.ts';
import { verify } from './verify.ts';

/** All commands, in the order in which a new model version meets them. */
export const commands: readonly Command[] = [verify, bench];
