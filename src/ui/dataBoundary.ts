import type { BoundarySnapshot, EngineSnapshot, Permission } from '../domain/snapshot.ts';
import { oneLine, withoutIcons } from './plainText.ts';

/** Where code would be, as a person says it. */
export function placeOf(boundary: string): string {
  if (boundary === 'local') return 'this machine';
  if (boundary === 'private') return 'your own servers';
  return `the vendor ${oneLine(boundary.replace(/^vendor:/, ''), 60)}`;
}

/** The one question about a boundary; its buttons are `answers`. */
export function questionOf(snapshot: EngineSnapshot, wanted: BoundarySnapshot): string {
  const primary = snapshot.sources[0];
  const trouble =
    primary === undefined || wanted.sources.includes(primary.sourceId) ? '' : `${quoted(primary.sourceId)} is not answering. `;
  return `Failsoft: ${trouble}${quoted(wanted.sources[0] ?? '')} could stand in, but then code of this workspace goes to ${placeOf(wanted.boundary)}. Allow that for this workspace?`;
}

/** What a person can say to it. Closing the question is neither, and it is not asked again. */
export const answers = { allow: 'Allow for This Workspace', deny: 'Never Here' } as const;

/** One row of the list in which each boundary can be switched. */
export interface BoundaryRow {
  readonly boundary: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** What picking the row makes of it. */
  readonly next: 'allowed' | 'denied';
}

/** The list, in the order of the route. */
export function boundaryRows(snapshot: EngineSnapshot): BoundaryRow[] {
  return snapshot.boundaries.map(({ boundary, permission, sources }) => ({
    boundary,
    label: `$(${isOpen(permission) ? 'check' : 'circle-slash'}) ${capitalised(withoutIcons(placeOf(boundary), 80))}`,
    description: withoutIcons(sources.join(', '), 80),
    detail: details[permission],
    next: isOpen(permission) ? 'denied' : 'allowed',
  }));
}

const details: Readonly<Record<Permission, string>> = {
  'not-needed': 'Allowed: no further away than your first backend. Pick to forbid it.',
  allowed: 'Allowed by you for this workspace. Pick to forbid it.',
  denied: 'Forbidden by you for this workspace. Pick to allow it.',
  undecided: 'Not decided, so nothing is sent there. Pick to allow it for this workspace.',
};

/** Where code goes and where not, in one line. */
export function boundaryText(boundaries: readonly BoundarySnapshot[]): string {
  const named = (wanted: (permission: Permission) => boolean): string =>
    boundaries
      .filter(({ permission }) => wanted(permission))
      .map(({ boundary }) => placeOf(boundary))
      .join(', ');
  const open = named(isOpen);
  const undecided = named((permission) => permission === 'undecided');
  const denied = named((permission) => permission === 'denied');
  return [open || 'nowhere', undecided && `not decided: ${undecided}`, denied && `forbidden: ${denied}`].filter((part) => part).join('; ');
}

/** The undecided boundary that a fallback wanted to go to; `undefined` when there is none. */
export function wantedOf(snapshot: EngineSnapshot): BoundarySnapshot | undefined {
  return snapshot.boundaries.find(({ boundary }) => boundary === snapshot.wantedBoundary);
}

/** Whether code may go there. */
export function isOpen(permission: Permission): boolean {
  return permission === 'not-needed' || permission === 'allowed';
}

function quoted(name: string): string {
  return `“${oneLine(name, 60)}”`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
