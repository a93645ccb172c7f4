import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Disposable, Millis } from './clock.ts';

/** Memory of this process, in bytes. The process is the extension host, so it is everybody's, not only ours. */
export interface MemoryFigures {
  readonly heap: number;
  /** Where V8 gives up. */
  readonly heapLimit: number;
  readonly rss: number;
}

/** How late the event loop comes to what is due. */
export interface LagFigures {
  readonly max: Millis;
  readonly p99: Millis;
}

/** Measures how late the event loop is, until it is disposed of. */
export interface LagMeter extends Disposable {
  /** Since the last call; `undefined` when nothing was measured. */
  take(): LagFigures | undefined;
}

/** What is known of this process. */
export interface ProcessFigures {
  memory(): MemoryFigures;
  /** A timer of libuv's own runs until it is disposed of. */
  startLag(): LagMeter;
}

/**
 * Between two measurements, in ms: each is a wake-up without any JavaScript. A delay that is shorter is not seen, and the longest that
 * may be is the shortest that people notice.
 */
const resolution: Millis = 20;

export const systemFigures: ProcessFigures = {
  memory() {
    const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics();
    return { heap, heapLimit, rss: process.memoryUsage.rss() };
  },
  startLag() {
    const histogram = monitorEventLoopDelay({ resolution });
    histogram.enable();
    return {
      take() {
        if (histogram.count === 0) return undefined;
        // What is measured is the time between two of its own wake-ups, in ns.
        const late = (nanoseconds: number): Millis => Math.max(0, nanoseconds / 1e6 - resolution);
        const figures = { max: late(histogram.max), p99: late(histogram.percentile(99)) };
        histogram.reset();
        return figures;
      },
      dispose: () => void histogram.disable(),
    };
  },
};
