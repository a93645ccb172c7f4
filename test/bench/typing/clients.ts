import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { OpenDocument } from '../../../src/domain/workspace.ts';
import { createEngine, type EngineOptions } from '../../../src/engine.ts';
import { createGathering } from '../../../src/gathering.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { documentOf, FakeContextView } from '../../fakes/contextView.ts';
import { inlineLocal } from '../../fakes/inlineThread.ts';
import type { Desk } from './desk.ts';
import type { ModelledBackend } from './modelledBackend.ts';
import type { Client } from './session.ts';

/** Failsoft as it is, or with some of its mechanisms switched off, before a modelled backend. */
export function failsoftClient(backend: ModelledBackend, desk: Desk, others: readonly OpenDocument[], options: EngineOptions): Client {
  const { settings, problems } = parseSettings({
    backends: [{ name: backend.id, baseUrl: 'https://models.example/v1', model: 'qwen2.5-coder' }],
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
  return createEngine(
    settings,
    {
      clock: systemClock,
      random: seededRandom(1),
      logger: silentLogger,
      keys: { get: () => Promise.resolve(undefined) },
      local: inlineLocal({ openDocuments: () => [desk.document(), ...others], snippets: () => [] }, systemClock),
      secretRules: () => Promise.resolve([]),
      connect: () => backend,
      context: { view: viewOf(others), load: () => Promise.resolve(createGathering) },
    },
    options,
  );
}

/** The other files as context sees them; without a language server. */
function viewOf(others: readonly OpenDocument[]): FakeContextView {
  const view = new FakeContextView();
  view.open = others.map((document) => documentOf(document.id, document.text()));
  return view;
}
