import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { ByteStore } from '../domain/byteStore.ts';
import type { ContextPiece, CompletionRequest } from '../domain/completion.ts';
import type { ContextDocument, ContextView } from '../domain/context.ts';
import { WindowRanking } from './windowRanking.ts';
import type { ContextSource, Finding } from './finding.ts';
import { namesAround } from './query.ts';
import { recentEdits } from './recentEdits.ts';
import { SecretVerdicts } from './secretVerdicts.ts';
import { definitions, diagnostics, importedFiles, openFiles } from './sources.ts';
import { SteadySelection } from './steadySelection.ts';

/** The time that context may cost, and what is taken of what came. */
export const contextDefaults = {
  /** A request leaves at the latest this long after gathering began. In ms. */
  budget: 150,
  /** Sources are told this long before its end to hand over what they have. In ms. */
  handOver: 10,
  /** Findings of one source that are looked at. */
  findings: 64,
  /** Characters of one finding that is a piece already. */
  piece: 1200,
  /** A window that shares less than this of the names around the cursor is not about the same thing. */
  leastScore: 0.06,
  /** An imported file is this many times as likely to help as one that is only open. */
  importFactor: 1.3,
} as const;

/** What gathering needs of the world. */
export interface ContextGatheringOptions {
  readonly view: ContextView;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Loads what says whether a text looks as if it held a secret, always the same of the same text; such a text is left out. Without it
   * there is no context.
   */
  readonly secretFinder: () => Promise<(text: string) => boolean>;
  /** Default: all that there are. */
  readonly sources?: readonly ContextSource[];
}

/** What came within the budget. */
interface Found {
  readonly found: ReadonlyMap<ContextSource, readonly Finding[]>;
  readonly holdsSecret: ((text: string) => boolean) | undefined;
}

/** Adds to a request what else may help to complete it. Never rejects, and never takes longer than the budget. */
export class ContextGathering implements ByteStore, Disposable {
  readonly name = 'context';
  readonly #options: ContextGatheringOptions;
  readonly #sources: readonly ContextSource[];
  readonly #owned: readonly Disposable[];
  readonly #ranking = new WindowRanking();
  readonly #secrets = new SecretVerdicts();
  readonly #selection = new SteadySelection();

  constructor(options: ContextGatheringOptions) {
    this.#options = options;
    const { view, clock, sources } = options;
    const edits = recentEdits(view, clock);
    this.#owned = [edits];
    this.#sources = sources ?? [openFiles(view), importedFiles(view, clock), definitions(view, clock), edits, diagnostics(view)];
  }

  /**
   * The request with its context; without it where there is none.
   *
   * @param characters room for all pieces together, in UTF-16 units
   * @param signal when it aborts, nobody waits for the request any more
   */
  async gather(request: CompletionRequest, characters: number, signal: AbortSignal): Promise<CompletionRequest> {
    const isOver = (): boolean => signal.aborted;
    if (isOver() || request.trigger === 'probe') return request;
    const { clock, logger } = this.#options;
    const begin = clock.monotonic();
    try {
      const { found, holdsSecret } = await this.#findings(request, signal);
      if (isOver()) return request;
      const context = holdsSecret ? this.#choose(request, [...found.values()].flat(), characters, holdsSecret) : [];
      const late = this.#sources.filter((source) => !found.has(source)).map(({ id }) => id);
      const size = context.reduce((sum, { text }) => sum + text.length, 0);
      const ending = late.length === 0 ? '' : `; without ${late.join(', ')}`;
      logger.debug(
        `context ${request.id}: ${context.length} pieces, ${size} characters, ${Math.round(clock.monotonic() - begin)} ms${ending}`,
      );
      return context.length === 0 ? request : { ...request, context };
    } catch (error) {
      // A bug of ours costs the context, not the suggestion.
      logger.error(`context ${request.id}: ${messageOf(error)}`);
      return request;
    }
  }

  get bytes(): number {
    return [...this.#parts].reduce((sum, part) => sum + part.bytes(), 0);
  }

  /** What is largest goes first; it is read again with the next request. */
  evict(toBytes: number): void {
    for (const part of this.#parts) if (this.bytes > toBytes) part.clear();
  }

  dispose(): void {
    for (const part of this.#owned) part.dispose();
    for (const part of this.#parts) part.clear();
  }

  /** All that keeps something. */
  get #parts(): readonly { bytes(): number; clear(): void }[] {
    const own = [this.#ranking, this.#secrets, this.#selection].map((part) => ({ bytes: () => part.bytes, clear: () => part.clear() }));
    const ofSources = this.#sources.map((source) => ({ bytes: () => source.bytes?.() ?? 0, clear: () => source.clear?.() }));
    return [...own, ...ofSources].sort((one, other) => other.bytes() - one.bytes());
  }

  /** What each source found; those that failed or did not come in time are missing. */
  async #findings(request: CompletionRequest, signal: AbortSignal): Promise<Found> {
    const found = new Map<ContextSource, readonly Finding[]>();
    const handOver = new AbortController();
    const asked = this.#sources.map(async (source) => {
      try {
        const findings = await source.gather(request, handOver.signal);
        found.set(source, findings.slice(0, contextDefaults.findings));
      } catch (error) {
        this.#options.logger.debug(`context ${request.id}: ${source.id} failed: ${messageOf(error)}`);
      }
    });
    let holdsSecret: Found['holdsSecret'];
    const finder = this.#options.secretFinder().then(
      (loaded) => (holdsSecret = loaded),
      (error: unknown) => this.#options.logger.debug(`context ${request.id}: no search for secrets: ${messageOf(error)}`),
    );
    await this.#within(Promise.all([...asked, finder]), handOver, signal);
    // What comes from here on is not looked at.
    return { found: new Map(found), holdsSecret };
  }

  async #within(all: Promise<unknown>, handOver: AbortController, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const { budget, handOver: before } = contextDefaults;
    const stop = new AbortController();
    const timers: Disposable[] = [];
    const over = new Promise<void>((resolve) => {
      const at = (delay: Millis, act: () => void): void => void timers.push(clock.after(delay, act));
      at(budget - before, () => handOver.abort());
      at(budget, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true, signal: stop.signal });
    });
    await Promise.race([all, over]);
    for (const timer of timers) timer.dispose();
    stop.abort();
    handOver.abort();
  }

  #choose(
    request: CompletionRequest,
    findings: readonly Finding[],
    characters: number,
    holdsSecret: (text: string) => boolean,
  ): readonly ContextPiece[] {
    const { view } = this.#options;
    const verdicts = new Map<string, boolean>();
    const mayLeave = (id: string): boolean => {
      const known = verdicts.get(id);
      if (known !== undefined) return known;
      const verdict = view.mayLeave(id);
      verdicts.set(id, verdict);
      return verdict;
    };
    const allowed = findings.filter((finding) => mayLeave(idOf(finding)));
    const pieces = allowed.flatMap((finding) => ('piece' in finding ? [bounded(finding.piece)] : []));
    const candidates = merged(this.#windows(request, allowed), pieces).sort((one, other) => other.score - one.score);
    const isSecret = this.#secrets.forRequest(holdsSecret);
    const isUsable = ({ text }: ContextPiece): boolean =>
      text !== '' && !request.prefix.includes(text) && !request.suffix.includes(text) && !isSecret(text);
    return this.#selection.choose(request.documentId, candidates, characters, isUsable);
  }

  #windows(request: CompletionRequest, findings: readonly Finding[]): ContextPiece[] {
    const kinds = new Map<string, 'open-file' | 'import'>();
    const documents = new Map<string, ContextDocument>();
    for (const finding of findings) {
      if (!('document' in finding) || finding.document.id === request.documentId) continue;
      documents.set(finding.document.id, finding.document);
      if (kinds.get(finding.document.id) !== 'import') kinds.set(finding.document.id, finding.kind);
    }
    this.#ranking.keepOnly(new Set(documents.keys()));
    return this.#ranking.rank(namesAround(request), [...documents.values()]).flatMap(({ document, text, score }) => {
      const kind = kinds.get(document.id) ?? 'open-file';
      const weighed = Math.min(1, kind === 'import' ? score * contextDefaults.importFactor : score);
      return weighed < contextDefaults.leastScore ? [] : [{ kind, path: document.path, text, score: weighed }];
    });
  }
}

/** A window that holds a definition stands for it: it says more, and nothing is said twice. */
function merged(windows: readonly ContextPiece[], pieces: readonly ContextPiece[]): ContextPiece[] {
  const raised = new Map<ContextPiece, number>();
  const rest = pieces.filter(({ kind, path, text, score }) => {
    const holder = kind === 'definition' ? windows.find((window) => window.path === path && window.text.includes(text)) : undefined;
    if (holder) raised.set(holder, Math.max(score, raised.get(holder) ?? 0));
    return !holder;
  });
  return [...windows.map((window) => ({ ...window, score: Math.max(window.score, raised.get(window) ?? 0) })), ...rest];
}

function idOf(finding: Finding): string {
  return 'document' in finding ? finding.document.id : finding.documentId;
}

function bounded(piece: ContextPiece): ContextPiece {
  if (piece.text.length <= contextDefaults.piece) return piece;
  const cut = piece.text.slice(0, contextDefaults.piece);
  return { ...piece, text: cut.slice(0, Math.max(0, cut.lastIndexOf('\n'))) };
}
