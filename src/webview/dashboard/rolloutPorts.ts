import type { RolloutOpening } from '../../dashboard/protocol.ts';
import type { ReadinessCheck, RolloutAction } from '../../domain/rollout.ts';

/** What a person can do on the rollout page. */
export interface RolloutPorts {
  act(action: RolloutAction, subject?: string): void;
  check(check: ReadinessCheck): void;
  open(what: RolloutOpening): void;
}
