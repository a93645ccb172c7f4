import type { Clock, Disposable } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import type { Observation } from './domain/observation.ts';
import type { PressurePort } from './domain/pressure.ts';
import { type DocumentView, KeptWatch } from './observation/keptWatch.ts';
import { type LedgerOptions, SuggestionLedger } from './observation/suggestionLedger.ts';

export type { CursorPlace } from './observation/suggestionLedger.ts';
export type { Problem } from './observation/unknownNames.ts';

/** Everything outside that observation touches. */
export interface ObservingPorts extends Pick<LedgerOptions, 'isInView' | 'mayBeSent' | 'pipeline'> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly view: DocumentView;
  /** Counts what is kept. Default: nobody does. */
  readonly pressure?: Pick<PressurePort, 'register'>;
  /** Tells everybody who wants to know, the journal too. */
  readonly onDidObserve: (observation: Observation) => void;
}

/** What becomes of suggestions, seen and told. */
export interface Observing extends Disposable {
  readonly ledger: SuggestionLedger;
  readonly kept: KeptWatch;
}

/** Introduces the ledger and the watch on accepted texts to each other. */
export function createObserving(ports: ObservingPorts): Observing {
  const { clock, view, logger } = ports;
  const onDidObserve = (observation: Observation): void => {
    logger.debug(`observation ${observation.id}: ${wordsOf(observation)}`);
    ports.onDidObserve(observation);
  };
  const kept = new KeptWatch({ clock, view, onDidObserve });
  const ledger = new SuggestionLedger({ ...ports, onDidObserve, onDidTake: (taken) => kept.taken(taken) });
  const counted = [ledger, kept].flatMap((store) => ports.pressure?.register(store) ?? []);
  return {
    ledger,
    kept,
    dispose() {
      for (const each of counted) each.dispose();
      ledger.dispose();
      kept.dispose();
    },
  };
}

function wordsOf(observation: Observation): string {
  switch (observation.kind) {
    case 'shown':
      return 'shown';
    case 'accepted':
      return `accepted (${observation.part}, ${observation.characters} characters)`;
    case 'ended':
      return `${observation.as} after ${observation.visibleFor} ms in view`;
    case 'kept':
      return `${Math.round(observation.similarity * 100)} % kept after ${observation.afterSeconds} s`;
    case 'checked':
      return `${observation.errors} new errors, ${observation.warnings} new warnings`;
    case 'rated':
      return `rated ${observation.rating}`;
  }
}
