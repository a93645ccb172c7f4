import { localVoters, type LocalBasis, type LocalVoter } from '../domain/completion.ts';
import type { EngineMemory } from '../domain/service.ts';

/** How fast and how far what the person does moves the chances. */
export const learningDefaults = {
  /** Of the difference between what was said and what came true, so much goes into the shift, in logits. */
  rate: 0.05,
  /** No shift goes further, in logits: 30 % becomes 14 % or 54 % at most. */
  bound: 1,
  /** After so many further verdicts on the same voter in the same language half of a shift is gone. */
  halfLife: 200,
  /** Languages that are remembered; the one that was judged longest ago goes first. */
  languages: 40,
} as const;

const version = 1;
const keep = 2 ** (-1 / learningDefaults.halfLife);

type Shifts = Partial<Record<LocalVoter, number>>;

/**
 * What the person makes of local texts, by language and voter. A voter's chance `p` becomes σ(logit p + s), and each verdict moves the
 * shift: s ← clamp(s · 2^(-1/halfLife) + rate · (y - p'), ±bound), with y = 1 for taken and 0 for rejected and p' the chance that was
 * said. It rests where the voter says what comes true, p' = share taken, but for the pull of the half-life to 0: there
 * s = rate / (1 - 2^(-1/halfLife)) · (share taken - p'), 14 times the difference that is left. Verdicts that agree with the chances leave it at 0.
 */
export class LocalLearning {
  readonly #memory: EngineMemory | undefined;
  #languages: Map<string, Shifts>;
  /** What was kept was of no use. */
  readonly wasCorrupt: boolean;

  /** Begins with what is kept, or with nothing. */
  constructor(memory?: EngineMemory) {
    this.#memory = memory;
    const kept = memory?.read();
    const read = kept === undefined ? new Map<string, Shifts>() : parsed(kept);
    this.wasCorrupt = read === undefined;
    this.#languages = read ?? new Map<string, Shifts>();
  }

  /** The chance as it turned out for this person. */
  chanceOf(languageId: string, voter: LocalVoter, chance: number): number {
    const shift = this.shiftOf(languageId, voter);
    if (shift === 0 || chance <= 0 || chance >= 1) return chance;
    return 1 / (1 + Math.exp(-(Math.log(chance / (1 - chance)) + shift)));
  }

  /** In logits; 0 where nothing was learnt. */
  shiftOf(languageId: string, voter: LocalVoter): number {
    return this.#languages.get(languageId)?.[voter] ?? 0;
  }

  /** The person took a text or did not want it. */
  learn(languageId: string, { voter, chance }: LocalBasis, isTaken: boolean): void {
    const shifts = this.#languages.get(languageId) ?? {};
    const moved = (shifts[voter] ?? 0) * keep + learningDefaults.rate * ((isTaken ? 1 : 0) - chance);
    const { bound, languages } = learningDefaults;
    this.#languages.delete(languageId);
    this.#languages.set(languageId, { ...shifts, [voter]: Math.min(bound, Math.max(-bound, moved)) });
    for (const oldest of [...this.#languages.keys()].slice(0, -languages)) this.#languages.delete(oldest);
    this.#memory?.write({ version, languages: Object.fromEntries(this.#languages) });
  }

  forget(): void {
    this.#languages = new Map();
    this.#memory?.write(undefined);
  }
}

/** `undefined` for what is not of this version or out of its bounds. */
function parsed(kept: unknown): Map<string, Shifts> | undefined {
  if (!isRecord(kept) || kept['version'] !== version || !isRecord(kept['languages'])) return undefined;
  const entries = Object.entries(kept['languages']);
  if (entries.length > learningDefaults.languages) return undefined;
  const isShift = ([name, shift]: [string, unknown]): boolean =>
    localVoters.some((voter) => voter === name) && typeof shift === 'number' && Math.abs(shift) <= learningDefaults.bound;
  const isSound = entries.every(([, shifts]) => isRecord(shifts) && Object.entries(shifts).every(isShift));
  return isSound ? new Map(entries as [string, Shifts][]) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
