/** The practice backend: the fault server of the tests with the pace of a good remote model, and the code it knows. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Behaviour, type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import type { BackendSetting } from './observer.ts';
import { pieces, plainText } from './pieces.ts';

/** The small shop that is worked on. */
export const demoWorkspace = path.join(import.meta.dirname, 'workspace');

const model = 'qwen2.5-coder';

/** What the backend can be told to do, with the key that does it in the terminal. */
export const behaviours = {
  healthy: { key: 'h', behaviour: { kind: 'healthy' } },
  slow: { key: 's', behaviour: { kind: 'slow', factor: 5 } },
  capacity: { key: 'c', behaviour: { kind: 'capacity' } },
  hang: { key: 'g', behaviour: { kind: 'hangBeforeHeaders' } },
  refused: { key: 'r', behaviour: { kind: 'refused' } },
} as const satisfies Readonly<Record<string, { readonly key: string; readonly behaviour: Behaviour }>>;

/** Starts the backend; `close` it. */
export async function startPractice(): Promise<FaultServer> {
  return startFaultServer({
    model,
    corpus: await finishedFiles(),
    controlPort: 0,
    pace: { firstTokenMs: { p50: 90, p99: 250 }, betweenTokensMs: 3 },
  });
}

/** The backend as the person's settings name it. */
export function backendSetting(server: FaultServer): BackendSetting {
  return { name: 'practice', baseUrl: `${server.url}/v1`, model };
}

/** The files as they are after each piece was typed: what a model that knows the project would go on with. */
async function finishedFiles(): Promise<string[]> {
  const typed = Object.values(pieces).flat();
  const names = [...new Set(typed.map(({ file }) => file))];
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(demoWorkspace, name), 'utf8');
      return text + typed.flatMap((piece) => (piece.file === name ? [plainText(piece.text)] : [])).join('');
    }),
  );
}
