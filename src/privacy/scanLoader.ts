import type { Completed, CompletionSource } from '../domain/completion.ts';
import type { SecretRule } from './secretRule.ts';
import { SecretScan } from './secretScan.ts';

/** One scan for all who need it, loaded when it is first needed; after a failure it is tried again. */
export class ScanLoader {
  readonly #rules: () => Promise<readonly SecretRule[]>;
  #loading: Promise<SecretScan> | undefined;
  #loaded = new SecretScan([]);

  /** @param rules loads the library's rules */
  constructor(rules: () => Promise<readonly SecretRule[]>) {
    this.#rules = rules;
  }

  /** Rejects when the rules cannot be loaded. */
  load(): Promise<SecretScan> {
    this.#loading ??= this.#rules().then((rules) => (this.#loaded = new SecretScan(rules)));
    this.#loading.catch(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** All rules that are there by now: our own at least, the library's too once something was sent. */
  get loaded(): SecretScan {
    return this.#loaded;
  }
}

/**
 * A source whose text never brings a secret from another file into this one. For the local engine, which copies from open documents;
 * nothing leaves the machine by it, so our own rules serve while the library's cannot be loaded.
 */
export function withoutNewSecrets(source: CompletionSource, scan: ScanLoader): CompletionSource {
  return {
    id: source.id,
    async complete(request, call) {
      const outcome = await source.complete(request, call);
      if (!outcome.ok || outcome.text === '') return outcome;
      const rules = await scan.load().catch(() => scan.loaded);
      const isSafe = ({ text }: Completed): boolean => !rules.isRevealedBy(text, request.prefix, request.suffix);
      const { alternatives, ...completed } = outcome;
      const safe = { ...completed, ...(alternatives ? { alternatives: alternatives.filter(isSafe) } : {}) };
      return isSafe(outcome) ? safe : { ...safe, text: '' };
    },
  };
}
