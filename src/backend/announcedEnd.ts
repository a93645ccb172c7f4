import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { getJson, modelListRules } from './models.ts';
import type { HttpSourceOptions } from './httpSource.ts';

/** Vendors announce the end of a model weeks before it. */
export const lookInterval: Millis = 24 * 60 * 60_000;

/** What is needed to look. */
export interface AnnouncedEndPorts extends Pick<HttpSourceOptions, 'http' | 'key'> {
  readonly clock: Clock;
  /** Aborted when nobody looks any longer. */
  readonly life: AbortSignal;
  /** Told the parsed answer, whatever it is. */
  readonly onList: (list: unknown) => void;
}

/**
 * Looks once a day into a vendor's list of models, which may name the day a model is switched off. Only after the backend has
 * answered, so that nothing is sent where nothing was sent before; a list that cannot be had is tried again a day later.
 *
 * @returns to be called after each good answer; `undefined` for a server of one's own, which announces nothing
 */
export function announcedEnd(backend: BackendSettings, ports: AnnouncedEndPorts): (() => Promise<void>) | undefined {
  const { modelsUrl, keyHeader } = capabilities[backend.protocol];
  // Anthropic's list, with its own header, names no end.
  if (!modelsUrl || keyHeader !== 'authorization' || !backend.boundary.startsWith('vendor:')) return undefined;
  let lookedAt: Millis | undefined;
  return async () => {
    const now = ports.clock.monotonic();
    if (lookedAt !== undefined && now - lookedAt < lookInterval) return;
    lookedAt = now;
    const late = new AbortController();
    const timer: Disposable = ports.clock.after(modelListRules.deadline, () => late.abort());
    try {
      const headers = { ...backend.headers, ...keyHeaders(capabilities[backend.protocol], await ports.key()) };
      const answer = await getJson(modelsUrl(backend.baseUrl), headers, ports, AbortSignal.any([ports.life, late.signal]));
      if (answer.ok) ports.onList(answer.value);
    } catch {
      // No list is no evidence of anything.
    } finally {
      timer.dispose();
    }
  };
}
