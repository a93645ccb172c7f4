import { Alignment } from './alignment.ts';
import { CursorContext } from './cursorContext.ts';
import { BlockIndent, indentUnitOf } from './blockIndent.ts';
import { Decoder, type Extent } from './decoder.ts';
import { familyOf } from './lexicon.ts';
import { LiveDocument } from './liveDocument.ts';
import { calibrated, type LocalModel } from './model.ts';
import { Neighbours } from './neighbours.ts';
import { nothing, type Prediction } from './prediction.ts';
import { Renaming } from './renaming.ts';
import type { StoreBounds } from './storeBounds.ts';
import { placeOf, TokenStore } from './tokenStore.ts';
import { Vote } from './vote.ts';

/** A place in a document. */
export interface CursorPlace {
  readonly path: string;
  readonly languageId: string;
  /** The whole document before and after the cursor. */
  readonly prefix: string;
  readonly suffix: string;
}

/** What the engine is made with. */
export interface PredictorOptions {
  readonly bounds?: StoreBounds;
  readonly model: LocalModel;
}

/** Chance, before it is calibrated, from which a whole line is offered at once: at 0.4 a point of keystrokes was lost, here none. */
const leastWholeLine = 0.58;

/** The local engine itself: all it knows of the workspace, and the document that is typed in. */
export class Predictor {
  readonly store: TokenStore;
  readonly live: LiveDocument;
  readonly context: CursorContext;
  readonly neighbours: Neighbours;
  readonly vote: Vote;
  readonly decoder: Decoder;
  readonly #model: LocalModel;

  constructor({ bounds, model }: PredictorOptions, store = new TokenStore(bounds)) {
    const { vocabulary } = store;
    this.#model = model;
    this.store = store;
    this.live = new LiveDocument(vocabulary);
    this.context = new CursorContext(vocabulary);
    this.neighbours = new Neighbours(store, this.live, new Alignment(vocabulary, new Renaming(vocabulary)));
    this.vote = new Vote(model.weights, vocabulary);
    this.decoder = new Decoder(vocabulary, this.neighbours, this.vote);
  }

  /** Takes in a file of the workspace, whole. @param stamp with none it is not kept on disk */
  write(path: string, languageId: string, text: string, stamp = ''): void {
    this.store.write(path, languageId, text, stamp)?.step(Infinity);
    if (this.store.isWasteful) this.store.compact();
    this.store.sequence.settle(Infinity);
  }

  remove(path: string): void {
    this.store.remove(path);
  }

  /** Takes in the document at the cursor, so that the next `complete` there finds it done. */
  enter({ path, languageId, prefix, suffix }: CursorPlace): void {
    const family = familyOf(languageId, path);
    const { folder, stem } = placeOf(path);
    const lexer = this.store.lexer(family);
    this.neighbours.enter(path, family, folder, stem);
    this.live.update(path, lexer, prefix, suffix);
    this.context.read(this.live, lexer, prefix.slice(prefix.lastIndexOf('\n') + 1));
  }

  /** The text for the cursor; with `isBlock` also lines below the current one, where a block is sure enough to be offered whole. */
  complete(place: CursorPlace, extent: Extent, isBlock = false): Prediction {
    this.enter(place);
    const block = isBlock ? this.#decode('line', this.#blockAt(place)) : undefined;
    const found = block?.text.includes('\n') === true ? block : this.#line(extent);
    return found.text === '' ? found : { ...found, confidence: calibrated(found.confidence, this.#model) };
  }

  /** A whole line that is likely is worth more to people than its parts, although parts save as many keystrokes. */
  #line(extent: Extent): Prediction {
    const whole = extent === 'gain' ? this.decoder.decode(this.context, () => ({ extent: 'line', least: leastWholeLine })) : nothing;
    return whole.text === '' ? this.#decode(extent) : whole;
  }

  #decode(extent: Extent, block?: () => BlockIndent): Prediction {
    return this.decoder.decode(this.context, () => ({ extent, block: block?.() }));
  }

  #blockAt({ prefix, suffix }: CursorPlace): () => BlockIndent {
    const indent = /^[ \t]*/.exec(prefix.slice(prefix.lastIndexOf('\n') + 1))?.[0] ?? '';
    const unit = indentUnitOf(prefix, suffix);
    return () => new BlockIndent(indent, unit);
  }
}
