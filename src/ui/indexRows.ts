/** The index of the local engine, as a person sees it. */
export interface IndexView {
  /** Files known, and bytes held. */
  readonly files: number;
  readonly bytes: number;
  /** Files known only in part, and files without room. */
  readonly sampled: number;
  readonly left: number;
  /** How much of what is listed is done, 0…100; absent when all is. */
  readonly percent?: number;
  readonly isPaused: boolean;
}

/** A row of the menu about the index: a label, what it adds, and whether picking it pauses, goes on, or shows the log. */
export interface IndexRow {
  readonly label: string;
  readonly description: string;
  readonly does: 'pause' | 'go-on' | 'show-log';
}

/** What can be done about the index, then what it holds. */
export function indexRows(view: IndexView): IndexRow[] {
  const { files, bytes, sampled, left, percent, isPaused } = view;
  const parts = [
    `${files} ${files === 1 ? 'file' : 'files'}, ${Math.round(bytes / (1024 * 1024))} MB`,
    ...(sampled > 0 ? [`${sampled} of these in part`] : []),
    ...(left > 0 ? [`${left} without room`] : []),
  ];
  const holds: IndexRow = { label: '$(database) Local index', description: parts.join(', '), does: 'show-log' };
  const at = percent === undefined ? '' : ` ${percent} %`;
  if (isPaused) {
    return [
      { label: '$(play) Resume indexing', description: `paused${at === '' ? '' : ` at${at}`}; suggestions go on`, does: 'go-on' },
      holds,
    ];
  }
  if (percent === undefined) return [holds];
  return [{ label: `$(sync) Indexing${at}: pause`, description: 'local suggestions know more the further it is', does: 'pause' }, holds];
}
