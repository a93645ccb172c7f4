import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock.ts';
import type { Logger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { ContextView } from '../../src/domain/context.ts';
import type { BoundaryConsent, Service } from '../../src/domain/service.ts';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { inlineLocal } from './inlineThread.ts';
import { createEngine, type EngineOptions, type EnginePorts } from '../../src/engine.ts';
import { createGathering } from '../../src/gathering.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import type { HttpProtocol } from '../../src/settings/settings.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { type FaultServer, startFaultServer } from './faultServer.ts';
import { spoken, spokenSetting } from './spoken.ts';

export interface EngineBench {
  readonly engine: Service;
  readonly servers: readonly FaultServer[];
  readonly server: FaultServer;
  readonly attempts: Attempt[];
  readonly log: string[];
}

export interface EngineBenchOptions {
  /** How many fault servers make the route, in order. Default 1. */
  readonly servers?: number;
  /** What every server is said to run. Default `qwen2.5-coder`. */
  readonly model?: string;
  readonly deadlines?: Readonly<Record<string, number>>;
  readonly documents?: readonly OpenDocument[];
  readonly context?: ContextView;
  /** How the text around the cursor goes into the prompt. Default: by the model. */
  readonly fim?: string;
  readonly key?: string;
  /** Further fields of each backend's settings. */
  readonly backend?: Readonly<Record<string, unknown>>;
  readonly localEnabled?: boolean;
  /** Boundary of each server, in order; without one it is this machine. */
  readonly boundaries?: readonly string[];
  readonly consent?: BoundaryConsent;
  /** What all servers speak. Default `openai-completions`. */
  readonly protocol?: HttpProtocol;
  /** What all servers answer; default: which of them it is. */
  readonly answer?: string;
  readonly mechanisms?: EngineOptions['mechanisms'];
  /** Default: the real ones. */
  readonly secretRules?: EnginePorts['secretRules'];
}

/** A whole engine over real sockets to fault servers; closes everything and asserts that no socket is left. */
export async function withEngine(options: EngineBenchOptions, test: (bench: EngineBench) => Promise<void>): Promise<void> {
  const { protocol = 'openai-completions' } = options;
  const servers: FaultServer[] = [];
  for (let index = 0; index < (options.servers ?? 1); index++) {
    servers.push(
      await startFaultServer({
        pace: { firstTokenMs: 5, betweenTokensMs: 0 },
        answer: () => options.answer ?? `answer from ${index}`,
        dialects: [spoken[protocol].dialect],
      }),
    );
  }
  const log: string[] = [];
  const write = (line: string): void => void log.push(line);
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  const { settings, problems } = parseSettings({
    backends: servers.map((server, index) => ({
      name: `server ${index}`,
      model: options.model ?? 'qwen2.5-coder',
      fim: options.fim,
      boundary: options.boundaries?.[index],
      ...spokenSetting(protocol, server.url),
      ...options.backend,
    })),
    deadlines: options.deadlines,
    localEnable: options.localEnabled,
  });
  const engine = createEngine(
    settings,
    {
      clock: systemClock,
      random: seededRandom(1),
      logger,
      keys: { get: () => Promise.resolve(options.key) },
      local: inlineLocal({ openDocuments: () => options.documents ?? [], snippets: () => [] }, systemClock),
      ...(options.context ? { context: { view: options.context, load: () => Promise.resolve(createGathering) } } : {}),
      ...(options.consent ? { consent: options.consent } : {}),
      secretRules: options.secretRules ?? (() => Promise.resolve(createSecretRules())),
    },
    { problems, ...(options.mechanisms ? { mechanisms: options.mechanisms } : {}) },
  );
  const attempts: Attempt[] = [];
  engine.onDidAttempt((attempt) => attempts.push(attempt));
  const [server] = servers;
  assert.ok(server);
  try {
    await test({ engine, servers, server, attempts, log });
  } finally {
    engine.dispose();
    for (const each of servers) await each.close();
  }
}
