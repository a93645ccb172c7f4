import { parentPort, Worker } from 'node:worker_threads';
import type { Disposable } from './clock.ts';
import { messageOf } from './logger.ts';

/** What one hears of a thread. */
export interface ThreadEvents {
  /** A message came; what it is has to be checked by its type only, since both ends are built together. */
  readonly onMessage: (message: unknown) => void;
  /** The thread has ended without being disposed of; nothing comes any more. */
  readonly onEnd: (reason: string) => void;
}

/** A thread that runs, seen from outside. */
export interface Thread extends Disposable {
  /** Sends a copy. Does nothing once the thread has ended. */
  post(message: unknown): void;
}

/** Starts a thread. Never throws: a thread that cannot be started has ended. */
export type StartThread = (events: ThreadEvents) => Thread;

/** A thread, seen from inside. */
export interface InnerThread {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Calls back once, after the messages that are there already. */
  soon(callback: () => void): void;
}

/**
 * How to start the threads of a file.
 *
 * @param file path of a CommonJS file
 * @param heapMegabytes what a thread may hold in objects and strings; one that needs more ends. Typed arrays do not count.
 */
export function threadsOf(file: string, heapMegabytes: number): StartThread {
  return ({ onMessage, onEnd }) => {
    let worker: Worker | undefined;
    let hasEnded = false;
    const end = (reason: string): void => {
      if (hasEnded) return;
      hasEnded = true;
      onEnd(reason);
    };
    try {
      // What the extension host was started with (inspector, loaders) is not for the thread.
      const resourceLimits = { maxOldGenerationSizeMb: heapMegabytes };
      worker = new Worker(file, { execArgv: [], env: {}, name: 'failsoft-local', resourceLimits });
      worker.unref();
      worker.on('message', onMessage);
      worker.on('messageerror', (error) => end(messageOf(error)));
      worker.on('error', (error) => end(messageOf(error)));
      worker.on('exit', (code) => end(`it ended with code ${code}`));
    } catch (error) {
      // Later, as any other end: nobody listens yet.
      queueMicrotask(() => end(messageOf(error)));
    }
    return {
      post(message) {
        if (!hasEnded) worker?.postMessage(message);
      },
      dispose() {
        hasEnded = true;
        void worker?.terminate();
      },
    };
  };
}

/** The thread that this code runs in; `undefined` in the main thread. */
export function innerThread(): InnerThread | undefined {
  const port = parentPort;
  if (port === null) return undefined;
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    soon: (callback) => void setImmediate(callback),
  };
}
