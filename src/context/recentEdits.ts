import { textBytes } from '../domain/byteStore.ts';
import type { ContextDocument, ContextView } from '../domain/context.ts';
import type { Clock, Disposable, Millis } from '../base/clock.ts';
import type { ContextSource, Finding } from './finding.ts';
import { type Hunk, lineDiff } from './lineDiff.ts';

/** Bounds of what is remembered of edits, in memory only. */
export const recentEditBounds = {
  /** Documents with their text as it was; the least recently touched goes. */
  documents: 4,
  /** Longer documents are not watched. In UTF-16 units. */
  document: 100_000,
  /** Characters of one document's diff in a prompt. */
  diff: 600,
  /** Lines of a hunk; a longer one is pasted or generated text. */
  hunk: 12,
  /** An edit that is older is no longer what the person is at. In ms. */
  age: 600_000,
  /** How likely a diff is to help, 0…1; the last edit a little more. */
  score: 0.3,
} as const;

interface Watched {
  /** The text as it was when the document was first touched. */
  readonly baseline: string;
  readonly since: Millis;
  /** The diff of one version. */
  diff?: { readonly version: ContextDocument['version']; readonly hunks: readonly Hunk[] };
}

/** What a person has just changed, as a small diff: a change in one place is often followed by its like in another. */
export function recentEdits(view: ContextView, clock: Clock): ContextSource & Disposable {
  const watched = new Map<string, Watched>();
  const subscription = view.onDidTouch((document) => {
    const known = watched.get(document.id);
    const isFresh = known !== undefined && clock.monotonic() - known.since < recentEditBounds.age;
    // Touched last, forgotten last.
    watched.delete(document.id);
    if (isFresh) watched.set(document.id, known);
    else {
      if (!view.mayLeave(document.id)) return;
      const baseline = document.text();
      if (baseline.length <= recentEditBounds.document) watched.set(document.id, { baseline, since: clock.monotonic() });
    }
    for (const id of [...watched.keys()].slice(0, -recentEditBounds.documents)) watched.delete(id);
  });
  return {
    id: 'recent-edit',
    gather(request) {
      const open = new Map(view.openDocuments().map((document) => [document.id, document]));
      for (const id of [...watched.keys()]) if (!open.has(id)) watched.delete(id);
      return [...watched].flatMap(([id, edits], index): Finding[] => {
        const document = open.get(id);
        if (!document) return [];
        const hunks = hunksOf(edits, document).filter((hunk) => id !== request.documentId || !holdsLine(hunk, request.line ?? 0));
        const text = diffText(hunks);
        // The last touched comes last in the map.
        const score = recentEditBounds.score + (0.1 * (index + 1)) / watched.size;
        return text === ''
          ? []
          : [{ kind: 'recent-edit', documentId: id, piece: { kind: 'recent-edit', path: document.path, text, score } }];
      });
    },
    bytes: () => [...watched.values()].reduce((sum, { baseline, diff }) => sum + textBytes(baseline, ...linesOf(diff?.hunks)), 0),
    clear: () => watched.clear(),
    dispose() {
      subscription.dispose();
      watched.clear();
    },
  };
}

function linesOf(hunks: readonly Hunk[] = []): readonly string[] {
  return hunks.flatMap(({ removed, added }) => [...removed, ...added]);
}

function hunksOf(edits: Watched, document: ContextDocument): readonly Hunk[] {
  if (edits.diff?.version === document.version) return edits.diff.hunks;
  const text = document.text();
  const hunks = text.length > recentEditBounds.document ? [] : lineDiff(edits.baseline, text);
  edits.diff = { version: document.version, hunks };
  return hunks;
}

/** Whether the cursor is in or directly beside the hunk: that one grows with each keystroke, and stands in the prompt as text. */
function holdsLine({ line, added }: Hunk, cursor: number): boolean {
  return cursor >= line - 1 && cursor <= line + added.length;
}

function diffText(hunks: readonly Hunk[]): string {
  let text = '';
  for (const { removed, added } of hunks) {
    if (removed.length + added.length > recentEditBounds.hunk) continue;
    const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
    if (lines.every((line) => line.slice(1).trim() === '')) continue;
    const part = lines.join('\n');
    if (text.length + part.length + 1 > recentEditBounds.diff) break;
    text += text === '' ? part : `\n${part}`;
  }
  return text;
}
