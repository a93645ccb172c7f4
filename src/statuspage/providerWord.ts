import type { EpochMillis } from '../base/clock.ts';

/** What a provider says about itself on its status page. A hint for a person; nothing is decided by it. */
export interface ProviderWord {
  readonly says: 'fine' | 'trouble' | 'maintenance';
  /** The provider's own words, of any length and content; empty when all is fine. */
  readonly text: string;
}

type Json = { readonly [name: string]: unknown };

/** States of an incident that is over, or of a maintenance that has not begun. */
const notNow: ReadonlySet<string> = new Set(['resolved', 'postmortem', 'completed', 'scheduled', 'maintenance_complete']);

/** An entry of a feed that is older says nothing about now. */
const feedReach = 86_400_000;
/** Of an entry, in characters. */
const entryReach = 20_000;

/**
 * Reads a status page: `summary.json` of Statuspage, the same as served by incident.io, incident.io's own widget, or an Atom feed.
 *
 * @param body whatever the page answered
 * @returns `undefined` for anything else, such as a page for people
 * @see https://metastatuspage.com/api for summary.json; https://docs.incident.io/status-pages/widget-api for the widget
 */
export function readStatusPage(body: string, now: EpochMillis): ProviderWord | undefined {
  const text = body.trimStart();
  if (text.startsWith('<')) return readFeed(text, now);
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? readJson(isRecord(value['summary']) ? value['summary'] : value) : undefined;
  } catch {
    return undefined;
  }
}

function readJson(page: Json): ProviderWord | undefined {
  const status = isRecord(page['status']) ? page['status'] : undefined;
  const indicator = status?.['indicator'];
  const known = typeof indicator === 'string' || Array.isArray(page['ongoing_incidents']);
  if (!known) return undefined;
  const incident = firstNow(page['incidents']) ?? firstNow(page['ongoing_incidents']);
  if (incident !== undefined) return { says: 'trouble', text: incident };
  const maintenance = firstNow(page['scheduled_maintenances']) ?? firstNow(page['in_progress_maintenances']);
  if (indicator === 'maintenance' || (maintenance !== undefined && (indicator ?? 'none') === 'none')) {
    return { says: 'maintenance', text: maintenance ?? textOf(status?.['description']) };
  }
  if (typeof indicator === 'string' && indicator !== 'none') return { says: 'trouble', text: textOf(status?.['description']) || indicator };
  return { says: 'fine', text: '' };
}

/** The first entry of a list that is going on. */
function firstNow(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined;
  for (const entry of list.slice(0, 50) as unknown[]) {
    if (!isRecord(entry)) continue;
    const name = textOf(entry['name']);
    const state = textOf(entry['status']);
    if (name !== '' && !notNow.has(state)) return state === '' ? name : `${name} (${state.replaceAll('_', ' ')})`;
  }
  return undefined;
}

/** The newest entry first, as feeds have it; its latest state is the first bold word of its content. */
function readFeed(text: string, now: EpochMillis): ProviderWord | undefined {
  if (!/^(?:<\?xml[^>]*\?>\s*)?<feed[\s>]/.test(text)) return undefined;
  const start = text.search(/<entry[\s>]/);
  const entry =
    start < 0
      ? ''
      : text
          .slice(start, start + entryReach)
          .split('</entry>', 1)
          .join();
  const updated = Date.parse(/<updated>([^<]{1,40})<\/updated>/.exec(entry)?.[1] ?? '');
  if (!(now - updated <= feedReach)) return { says: 'fine', text: '' };
  const title = plain(/<title[^>]{0,60}>([\s\S]{0,400}?)<\/title>/.exec(entry)?.[1] ?? '');
  const state = plain(/(?:<|&lt;)strong(?:>|&gt;)([\w -]{1,40})/.exec(entry)?.[1] ?? '').toLowerCase();
  if (title === '' || notNow.has(state)) return { says: 'fine', text: '' };
  return { says: 'trouble', text: state === '' ? title : `${title} (${state})` };
}

/** The entities that XML knows without a definition. */
function plain(text: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1')
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => signs[name] ?? '')
    .trim();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 400).trim() : '';
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
