/** A person at the keyboard: real keys at a human rhythm, pauses at natural places, Tab where a suggestion is right. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { seededRandom, type Random } from '../fakes/fault/random.ts';
import { openFile } from '../host/workbench.mjs';
import type { Observed, Observer, Origin } from './observer.ts';
import { type Piece, PAUSE, PAUSE_AND_TAKE, plainText } from './pieces.ts';

/** What the page says about the ghost text since the last key. */
interface Reading {
  /** Milliseconds from the last key to the first frame with ghost text; null: none yet. */
  readonly elapsed: number | null;
  readonly text: string;
  /** How often the ghost text changed since the last key. */
  readonly changes: number;
}

/** One pause. */
export interface Pause {
  /** The line up to the cursor. */
  readonly lineHead: string;
  /** Milliseconds from the last key to visible ghost text; absent: none within `patience`. */
  readonly elapsed?: number;
  readonly text: string;
  readonly changes: number;
  readonly origin?: Origin;
  /** Whether the ghost text is what was typed next. */
  readonly fits: boolean;
  readonly taken: boolean;
  /** What Tab inserted, where it was not the text that was shown. */
  readonly surprise?: string;
}

/** Milliseconds that a suggestion is waited for. */
const patience = 2000;

/** Milliseconds between two keys, and for reading a suggestion. */
const rhythm = { fastest: 60, slowest: 100, reading: 150 } as const;

/** Types pieces of code into the workbench's editor. */
export class Typist {
  readonly #page: Page;
  readonly #observer: Observer;
  readonly #folder: string;
  readonly #random: Random = seededRandom(7);
  #keyAt = 0;

  constructor(page: Page, observer: Observer, folder: string) {
    this.#page = page;
    this.#observer = observer;
    this.#folder = folder;
  }

  /** Opens a file with the cursor at its end. */
  async open(file: string): Promise<void> {
    const full = path.join(this.#folder, file);
    const tab = this.#page.locator('.tabs-container .tab').filter({ hasText: path.basename(file) });
    if ((await tab.count()) > 0) await tab.click();
    else await openFile(this.#page, full);
    await this.#observer.until(`editor of ${file}`, ({ editor }) => editor?.path === full);
    await this.#page.keyboard.press('Control+End');
    await this.#observer.until(`cursor at the end of ${file}`, ({ editor }) => editor?.line === editor!.text.split('\n').length - 1);
  }

  /** Types a piece and saves. @param beforeKey called in each pause, while its suggestion is on the screen */
  async type(piece: Piece, beforeKey: (pause: Pause) => Promise<void>): Promise<Pause[]> {
    const pauses: Pause[] = [];
    await this.open(piece.file);
    const before = (await this.#observer.look()).editor?.text ?? '';
    let rest = piece.text;
    let isKeyPending = false;
    while (rest !== '') {
      const mark = rest.charAt(0);
      if (mark === PAUSE || mark === PAUSE_AND_TAKE) {
        rest = rest.slice(1);
        // A mark inside of what was just taken by Tab comes after no key and is no pause of its own.
        if (!isKeyPending) continue;
        isKeyPending = false;
        const pause = await this.#pause(rest, mark === PAUSE_AND_TAKE);
        await beforeKey(pause);
        const accepted = pause.taken ? await this.#take() : '';
        if (!plainText(rest).startsWith(accepted))
          throw new Error(`Tab inserted ${JSON.stringify(accepted)}, shown was ${JSON.stringify(pause.text)}`);
        rest = skip(rest, accepted.length);
        pauses.push(pause.taken && accepted !== pause.text ? { ...pause, surprise: accepted } : pause);
        continue;
      }
      rest = mark === '\n' ? await this.#newLine(rest) : await this.#key(rest);
      isKeyPending = true;
    }
    await this.#checkText(piece, before + plainText(piece.text));
    await this.#page.keyboard.press('Control+s');
    return pauses;
  }

  async #key(rest: string): Promise<string> {
    await this.#wait();
    await this.#page.keyboard.type(rest.charAt(0));
    return rest.slice(1);
  }

  /** A new line as the editor indents it, then blanks or Backspace until the indentation is the wanted one. */
  async #newLine(rest: string): Promise<string> {
    const line = (await this.#observer.look()).editor?.line ?? 0;
    await this.#wait();
    await this.#page.keyboard.press('Enter');
    const after = rest.slice(1);
    const indent = /^ */.exec(plainText(after))?.[0].length ?? 0;
    const { editor } = await this.#observer.until('new line', (observed) => observed.editor?.line === line + 1);
    // An empty line stays as the editor made it: it takes the blanks away itself.
    const isEmpty = plainText(after).startsWith('\n') || plainText(after) === '';
    const wanted = isEmpty ? 0 : indent;
    let present = editor?.character ?? 0;
    for (; present < wanted; present += 1) await this.#press(' ');
    const unit = editor?.path.endsWith('.py') === true ? 4 : 2;
    for (; present > wanted; present -= unit) await this.#press('Backspace');
    return skipBlanks(after, indent);
  }

  async #press(key: string): Promise<void> {
    await this.#wait();
    await this.#page.keyboard.press(key === ' ' ? 'Space' : key);
  }

  async #pause(rest: string, mayTake: boolean): Promise<Pause> {
    const first = await this.#page.evaluate<Reading>(`failsoftDemo.wait(${patience})`);
    // Reading takes its time, and a suggestion that would change meanwhile should be seen to do so.
    await delay(rhythm.reading);
    const reading = await this.#page.evaluate<Reading>('failsoftDemo.read()');
    const { editor, lastOrigin } = await this.#observer.look();
    const isShown = first.elapsed !== null;
    const fits = reading.text.trim() !== '' && plainText(rest).startsWith(reading.text);
    return {
      lineHead: (editor?.text.split('\n')[editor.line] ?? '').slice(0, editor?.character),
      ...(first.elapsed === null ? {} : { elapsed: first.elapsed }),
      text: reading.text,
      changes: reading.changes,
      ...(isShown && lastOrigin !== undefined ? { origin: lastOrigin } : {}),
      fits,
      taken: mayTake && fits,
    };
  }

  /** Presses Tab. @returns what it inserted */
  async #take(): Promise<string> {
    const before = headOf((await this.#observer.look()).editor);
    await this.#page.keyboard.press('Tab');
    const { editor } = await this.#observer.until('accepted suggestion', ({ editor: now }) => headOf(now).length > before.length, 5000);
    return headOf(editor).slice(before.length);
  }

  async #checkText(piece: Piece, wanted: string): Promise<void> {
    await this.#observer
      .until(`text as typed in ${piece.file}`, ({ editor }) => editor?.text === wanted, 3000)
      .catch(async (error: unknown) => {
        const found = (await this.#observer.look()).editor?.text ?? '';
        throw new Error(`The editor does not hold what was typed into ${piece.file}; its end is ${JSON.stringify(found.slice(-300))}`, {
          cause: error,
        });
      });
  }

  /** Until the next key is due; what the round trips have cost since the last one counts. */
  async #wait(): Promise<void> {
    const interval = rhythm.fastest + this.#random() * (rhythm.slowest - rhythm.fastest);
    const due = this.#keyAt + interval - performance.now();
    if (due > 0) await delay(due);
    this.#keyAt = performance.now();
  }
}

/** Everything before the cursor. */
function headOf(editor: Observed['editor']): string {
  const lines = editor?.text.split('\n') ?? [];
  const { line = 0, character = 0 } = editor ?? {};
  return [...lines.slice(0, line), (lines[line] ?? '').slice(0, character)].join('\n');
}

/** The rest behind so many characters, marks not counted. */
function skip(rest: string, characters: number): string {
  let at = 0;
  for (let left = characters; left > 0; at += 1) {
    const character = rest.charAt(at);
    if (character !== PAUSE && character !== PAUSE_AND_TAKE) left -= 1;
  }
  return rest.slice(at);
}

/** Drops so many blanks, keeps the marks among them. */
function skipBlanks(rest: string, blanks: number): string {
  let left = blanks;
  return rest.replace(/ /g, (blank) => (left-- > 0 ? '' : blank));
}
