import { type Client, ErrorCode, type EvaluationDetails, OpenFeatureAPI, type Provider } from '@openfeature/web-sdk';
import { type Arm, arms } from '../domain/rollout.ts';
import { show } from '../settings/shownValue.ts';

/** What a flag server may know of this installation: a random id and what it runs on, never anything of the workspace. */
export interface FlagContext {
  /** The random id of this installation. */
  readonly targetingKey: string;
  readonly extensionVersion: string;
  readonly platform: string;
}

/** What a source says of a flag. */
export type FlagReading = { readonly kind: 'arm'; readonly arm: Arm } | { readonly kind: 'nothing'; readonly why: string };

/** One source of flags, as a client of OpenFeature of its own domain. */
export interface FlagDomain {
  /** Puts a provider in the place of the one before. Rejects when it cannot begin. */
  bind(provider: Provider): Promise<void>;
  /** Has the provider look again. Never rejects; what went wrong the provider keeps to itself. */
  refresh(): Promise<void>;
  /** Synchronous, from memory; never throws. */
  read(flag: string): FlagReading;
  close(): Promise<void>;
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * OpenFeature for ourselves alone. The instance that the SDK offers is shared, through `globalThis`, with every extension of the same
 * process that bundles it: their hooks would run in our evaluations, and their `close()` would take our flags away.
 */
export function createFlagApi(context: FlagContext): { domain(name: string): FlagDomain } {
  // The type says private so that applications use the shared one.
  const api = new (OpenFeatureAPI as unknown as new () => OpenFeatureAPI)();
  api.setLogger(silent);
  const sent = { ...context };
  return {
    domain(name) {
      const client = api.getClient(name);
      return {
        bind: (provider) => api.setProviderAndWait(name, provider, sent),
        refresh: () => api.setContext(name, sent),
        read: (flag) => readingOf(client, flag),
        close: async () => {
          await api.getProvider(name).onClose?.();
        },
      };
    },
  };
}

/** A flag of a rollout is a text, `candidate` or `baseline`, or a boolean, of which true is the candidate. */
function readingOf(client: Client, flag: string): FlagReading {
  const text = client.getStringDetails(flag, '');
  if (text.errorCode !== ErrorCode.TYPE_MISMATCH) return ofText(text, flag);
  const boolean = client.getBooleanDetails(flag, false);
  if (boolean.errorCode === undefined) return { kind: 'arm', arm: boolean.value ? 'candidate' : 'baseline' };
  return nothing(`its flag ${flag} is neither a text nor a boolean, allowed is ${arms.join(', ')}, true or false`);
}

function ofText({ value, reason, errorCode, errorMessage }: EvaluationDetails<string>, flag: string): FlagReading {
  if (errorCode === ErrorCode.FLAG_NOT_FOUND) return nothing(`it has no flag ${flag}`);
  if (errorCode !== undefined) return nothing(`its flag ${flag} cannot be evaluated: ${show(errorMessage ?? errorCode)}`);
  const arm = arms.find((name) => name === value);
  if (arm !== undefined) return { kind: 'arm', arm };
  if (value === '') return nothing(`its flag ${flag} ${reason === 'DISABLED' ? 'is switched off' : 'has no value'}`);
  return nothing(`its flag ${flag} is ${show(value)}, allowed is ${arms.join(', ')}, true or false`);
}

const nothing = (why: string): FlagReading => ({ kind: 'nothing', why });
