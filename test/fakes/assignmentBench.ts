import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { watchFile } from '../../src/base/watchedFile.ts';
import { createAssignment, type AssignmentPorts, type RolloutFlag } from '../../src/rollout/assignment.ts';

/** A flag named `next` in the real world: real sockets, real files, real time. To be disposed. */
export interface AssignmentBench {
  readonly flag: RolloutFlag;
  /** Each arm and source that was announced, such as `candidate by ofrep`. */
  readonly announced: string[];
  dispose(): void;
}

export function startAssignment(targetingKey = 'u1', ports: Partial<AssignmentPorts> = {}): AssignmentBench {
  const http = createHttpClient();
  const identity = { flag: 'next', targetingKey, extensionVersion: '0.1.0', platform: 'linux' };
  const flag = createAssignment(identity, { clock: systemClock, random: () => 0.5, http, watchFile, ...ports });
  const announced: string[] = [];
  flag.onDidChange(({ arm, source }) => void announced.push(`${arm} by ${source}`));
  return {
    flag,
    announced,
    dispose() {
      flag.dispose();
      http.dispose();
    },
  };
}

/** A file of flags in which `next` is always the same. */
export const flagsSaying = (value: string | boolean): string =>
  JSON.stringify({ flags: { next: { state: 'ENABLED', variants: { one: value }, defaultVariant: 'one' } } });

/** Waits until it is so, looking every 10 ms. @returns how long it took, in milliseconds @throws Error after `atMost` */
export async function until(isSo: () => boolean, atMost: number): Promise<number> {
  const begin = performance.now();
  while (!isSo()) {
    if (performance.now() - begin > atMost) throw new Error(`it is not so after ${atMost} ms`);
    await pause(10);
  }
  return performance.now() - begin;
}
