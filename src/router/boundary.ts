import type { ConsentAnswer } from '../domain/service.ts';
import type { Permission } from '../domain/snapshot.ts';
import type { Boundary } from '../settings/settings.ts';

/** How far code goes: this machine, servers of one's own, somebody else's. */
function widthOf(boundary: Boundary): number {
  return boundary === 'local' ? 0 : boundary === 'private' ? 1 : 2;
}

/**
 * Whether code may go to a boundary (law 13).
 *
 * What the person answered for this workspace holds, a "never" also for the first backend. Without an answer only what is no wider
 * than the first backend is allowed: the person put that one first, and code goes there anyway. Another vendor is as wide, but not
 * the same: it has to be asked for.
 *
 * @param first boundary of the first configured backend
 */
export function permissionFor(boundary: Boundary, first: Boundary, answer: ConsentAnswer): Permission {
  if (answer !== 'undecided') return answer;
  return boundary === first || widthOf(boundary) < widthOf(first) ? 'not-needed' : 'undecided';
}

/** Whether a request, or our own probe, may go out under this permission. */
export function isPermitted(permission: Permission): boolean {
  return permission === 'not-needed' || permission === 'allowed';
}
