import type { Millis } from '../base/clock.ts';
import { type PlainRequest, type StatePorts, textOf } from './askServerState.ts';
import { type OllamaTimings, readOllamaTimings } from './serverMetrics.ts';

/** Tokens wanted, the time for all of them, and the loading above which the model was not there. */
export const ollamaAsking: { readonly tokens: number; readonly patience: Millis; readonly loading: Millis } = {
  tokens: 8,
  patience: 10_000,
  loading: 1000,
};

/** What a server says of one answer that was alone, beside what it took; times in ms. */
export interface AnswerTimings extends Pick<OllamaTimings, 'tokens' | 'step'> {
  /** What of the answer's time, once the connection stood, the server did not spend. */
  readonly overhead: Millis;
}

/** What asking Ollama needs. */
export interface TimingsPorts extends Pick<StatePorts, 'http' | 'clock'> {
  /** `POST /api/generate`, not streamed, of `ollamaAsking.tokens`, with another prompt each time. */
  readonly request: () => Promise<PlainRequest>;
}

/**
 * Asks Ollama for one short answer, to learn what of its time the server spent; once more if the model was just loaded, because such an
 * answer says nothing. Never rejects; `undefined` where the server says nothing, or what cannot be.
 */
export async function askOllamaTimings(ports: TimingsPorts, signal: AbortSignal): Promise<AnswerTimings | undefined> {
  for (let left = 2; left > 0 && !signal.aborted; left--) {
    const answer = await timedAnswer(ports, signal);
    const said = answer && readOllamaTimings(answer.text);
    if (!answer || !said) return undefined;
    if (said.load <= ollamaAsking.loading) return timingsOf(said, answer.took);
  }
  return undefined;
}

/** More tokens than were asked for, or more time than there was, cannot be. */
function timingsOf({ tokens, step, total }: OllamaTimings, took: Millis): AnswerTimings | undefined {
  if (tokens > ollamaAsking.tokens || total > took) return undefined;
  // The forecast promises more the more this is; of a server that claims next to no work, half of it is believed.
  return { tokens, step, overhead: Math.min(took - total, took / 2) };
}

/** Timed from when the connection stands: what a new connection takes, the requests of people seldom pay. */
async function timedAnswer(ports: TimingsPorts, signal: AbortSignal): Promise<{ text: string; took: Millis } | undefined> {
  const { clock, request } = ports;
  let began = clock.monotonic();
  const onConnect = (): void => {
    began = clock.monotonic();
  };
  const text = await textOf(async () => ({ ...(await request()), onConnect }), ollamaAsking.patience, ports, signal);
  return text === undefined ? undefined : { text, took: clock.monotonic() - began };
}
