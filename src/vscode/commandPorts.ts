import type { Clock } from '../base/clock.ts';
import type { Log } from './log.ts';
import type { SecretKeys } from './secrets.ts';
import type { Session } from './session.ts';

/** What the commands act on. */
export interface CommandPorts {
  readonly session: Session;
  readonly keys: SecretKeys;
  readonly log: Log;
  readonly clock: Clock;
}
