import type { EpochMillis } from './base/clock.ts';
import type { GuardSnapshot } from './domain/guarded.ts';
import type { BoundarySnapshot, Permission, SourceHealth } from './domain/snapshot.ts';

/** What of a backend's member is said in a snapshot. */
interface Described {
  readonly backend: { readonly boundary: string };
  readonly source: { readonly id: string; snapshot(): GuardSnapshot };
  readonly fold: { health(guard: GuardSnapshot): SourceHealth };
  readonly permission: () => Permission;
  readonly isListed?: () => boolean;
}

/** The health of each backend that is anybody's business now. */
export function healthOf<M extends Described>(
  members: readonly M[],
  returnsAt: (source: M['source']) => EpochMillis | undefined,
): SourceHealth[] {
  return members
    .filter(({ isListed }) => isListed?.() !== false)
    .map(({ source, fold }) => withReturn(fold.health(source.snapshot()), returnsAt(source)));
}

/** Every place where code may go, in the order of the route. */
export function boundariesOf(members: readonly Described[]): BoundarySnapshot[] {
  return [...new Set(members.map(({ backend }) => backend.boundary))].map((boundary) => {
    const beyond = members.filter(({ backend }) => backend.boundary === boundary);
    return { boundary, permission: beyond[0]?.permission() ?? 'undecided', sources: beyond.map(({ source }) => source.id) };
  });
}

/** A well-known time stays; one that only the route knows is better than none. */
function withReturn(health: SourceHealth, returnsAt: EpochMillis | undefined): SourceHealth {
  if (health.nextTryAt !== undefined || returnsAt === undefined) return health;
  return { ...health, nextTryAt: returnsAt, nextTrySource: 'route' };
}
