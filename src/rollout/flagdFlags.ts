import { FlagdCore } from '@openfeature/flagd-core';
import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from '@openfeature/web-sdk';
import { messageOf } from '../base/logger.ts';

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** Flags in the format of flagd, evaluated here: an OpenFeature provider that needs no server. */
export class FlagdFlags implements Provider {
  readonly metadata = { name: 'flagd' };
  readonly runsOn = 'client' as const;
  // Rules are interpreted and not compiled: a file of flags makes no code.
  readonly #core = new FlagdCore(undefined, silent, { disableDynamicCodeGeneration: true });

  /**
   * Takes a definition. One that cannot be read changes nothing.
   *
   * @returns why it cannot be read, in one line
   */
  accept(definition: string): string | undefined {
    try {
      // flagd's parser takes a file without flags for one that has none, whatever else is in it.
      const content = JSON.parse(definition) as { flags?: unknown } | null;
      if (typeof content?.flags !== 'object' || content.flags === null) return 'it has no object of flags';
      this.#core.setConfigurations(definition);
      return undefined;
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return messageOf(cause).replace(/\s+/g, ' ').slice(0, 160);
    }
  }

  resolveStringEvaluation(flag: string, value: string, context: EvaluationContext): ResolutionDetails<string> {
    return this.#core.resolveStringEvaluation(flag, value, context);
  }

  resolveBooleanEvaluation(flag: string, value: boolean, context: EvaluationContext): ResolutionDetails<boolean> {
    return this.#core.resolveBooleanEvaluation(flag, value, context);
  }

  resolveNumberEvaluation(flag: string, value: number, context: EvaluationContext): ResolutionDetails<number> {
    return this.#core.resolveNumberEvaluation(flag, value, context);
  }

  resolveObjectEvaluation<T extends JsonValue>(flag: string, value: T, context: EvaluationContext): ResolutionDetails<T> {
    return this.#core.resolveObjectEvaluation(flag, value, context);
  }
}

/**
 * The definition of a flag that gives the candidate to a share of all installations. The candidate's bucket stands first and the weights
 * always add up to 100, so that who is in at 5 % is in at 25 % (law 15).
 *
 * @param percent whole, 0…100; the weights of flagd are whole numbers
 * @see https://flagd.dev/reference/custom-operations/fractional-operation/
 */
export function stagedFlag(flag: string, percent: number): string {
  const targeting = {
    fractional: [
      ['candidate', percent],
      ['baseline', 100 - percent],
    ],
  };
  const variants = { candidate: 'candidate', baseline: 'baseline' };
  return JSON.stringify({ flags: { [flag]: { state: 'ENABLED', variants, defaultVariant: 'baseline', targeting } } });
}
