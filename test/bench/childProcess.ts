import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a TypeScript file beside this one as a process of its own, with a channel to it. It ends when the channel closes. */
export function startChild(file: string, args: readonly string[] = [], nodeOptions: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: [...nodeOptions, '--import', 'tsx'] });
}

/** The first message of a child. @throws Error when it ends without one. */
export async function firstMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const failure = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1) ?? 'the child'} ended with ${String(code)} before it said anything`);
  });
  failure.catch(() => undefined);
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: ended.signal }), failure])) as unknown[];
    return message;
  } finally {
    ended.abort();
  }
}

/** Lets a child end by itself and waits until it has. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  else child.kill();
  await exited;
}
