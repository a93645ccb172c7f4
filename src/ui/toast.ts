import type { EngineSnapshot, HealthState, SourceHealth } from '../domain/snapshot.ts';
import { oneLine } from './plainText.ts';
import { needsConsent } from './statusState.ts';

/** What a button of a toast does. */
export interface ToastAction {
  readonly label: string;
  readonly command: string;
}

/** Something that a person has to do, said once. */
export interface Toast {
  /** What "don't show again for this" is about: this backend and this trouble. */
  readonly key: string;
  readonly message: string;
  readonly action: ToastAction;
}

type Needy = Extract<HealthState, 'auth-needed' | 'quota' | 'retired'>;

const needy: ReadonlySet<string> = new Set<Needy>(['auth-needed', 'quota', 'retired']);
/** An answer came: what is wrong next is another outage. */
const answered: ReadonlySet<string> = new Set<HealthState>(['healthy', 'slow', 'degraded']);

/** Words and help for what needs a person. */
const helps: { readonly [State in Needy]: { readonly words: string; readonly action: ToastAction } } = {
  'auth-needed': { words: 'needs an API key', action: { label: 'Set API key…', command: 'failsoft.setApiKey' } },
  quota: { words: 'has its credit or allowance used up', action: { label: 'Manage backends…', command: 'failsoft.manageBackends' } },
  retired: { words: 'has a model that is not there any more', action: { label: 'Manage backends…', command: 'failsoft.manageBackends' } },
};

/** Tells what a person has to know: at most once an outage, and never what passes by itself. */
export class ToastFold {
  readonly #told = new Set<string>();

  /** @param isQuiet whether the person does not want to hear of this */
  next(snapshot: EngineSnapshot, isQuiet: (key: string) => boolean): Toast | undefined {
    for (const { sourceId, state } of snapshot.sources) if (answered.has(state)) this.#told.delete(sourceId);
    if (snapshot.mode !== 'on') return undefined;
    const source = snapshot.sources.find(({ sourceId, state }) => needy.has(state) && !this.#told.has(sourceId));
    if (!source) return undefined;
    this.#told.add(source.sourceId);
    const toast = toastOf(source, source.state as Needy, snapshot.serving);
    return isQuiet(toast.key) ? undefined : toast;
  }
}

function toastOf(source: SourceHealth, state: Needy, serving: string): Toast {
  const consent = needsConsent(source);
  const { words, action } = helps[state];
  const does = consent ? 'needs your permission to be used' : words;
  const reason = source.reason === '' ? '' : `: ${oneLine(source.reason, 120).replace(/\.$/, '')}`;
  const instead = serving === 'local' ? 'local suggestions' : oneLine(serving, 60);
  return {
    key: `${source.sourceId} ${state}`,
    // The editor makes a link of `[x](command:y)`, whoever wrote it; a server's words run nothing.
    message: `Failsoft: ${oneLine(source.sourceId, 60)} ${does}${reason}. Meanwhile you get ${instead}.`.replaceAll('](', '] ('),
    action: consent ? { label: 'Open menu…', command: 'failsoft.showMenu' } : action,
  };
}
