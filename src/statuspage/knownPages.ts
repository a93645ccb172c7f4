import type { BackendSettings } from '../settings/settings.ts';

/**
 * The status pages of the presets, by the origin of their address. Left out where no address without a key was known to answer with one
 * of the shapes that are read: Azure, Mistral, DeepSeek, OpenRouter, Portkey (docs/decisions/0039).
 *
 * @see https://status.openai.com, https://status.claude.com/api, https://www.githubstatus.com/api
 */
export const knownPages: Readonly<Record<string, string>> = {
  'https://api.openai.com': 'https://status.openai.com/api/v2/summary.json',
  'https://api.anthropic.com': 'https://status.claude.com/api/v2/summary.json',
  'vscode-lm:copilot': 'https://www.githubstatus.com/api/v2/summary.json',
};

/** Where a backend's provider says how it is; the person's own word first. A page without a path is one of Statuspage. */
export function statusPageOf(backend: Pick<BackendSettings, 'origin' | 'statusPage'>): string | undefined {
  if (backend.statusPage === 'none') return undefined;
  const page = backend.statusPage ?? knownPages[backend.origin];
  if (page === undefined) return undefined;
  const url = new URL(page);
  if (url.pathname === '/') url.pathname = '/api/v2/summary.json';
  return url.href;
}
