import { bench } from './bench.ts';
import { capacity } from './capacity.ts';
import type { Command } from './command.ts';
import { rehearse } from './rehearse.ts';
import { verify } from './verify.ts';

/** All commands, in the order in which a new model version meets them. */
export const commands: readonly Command[] = [bench, verify, capacity, rehearse];
