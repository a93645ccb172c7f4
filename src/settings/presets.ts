import { hostedPresets } from './hostedPresets.ts';
import { localPresets, otherPresets } from './localPresets.ts';
import type { Preset } from './preset.ts';

/** The presets, in the order they are offered. */
export const presets: readonly Preset[] = [...localPresets, ...hostedPresets, ...otherPresets];

/** The preset that a configured backend was most likely made from: the same protocol, and the same address where there are several. */
export function presetOf(backend: { readonly protocol: string; readonly baseUrl?: string | undefined }): Preset | undefined {
  const sameProtocol = presets.filter(({ protocol }) => protocol === backend.protocol);
  return (
    sameProtocol.find(({ baseUrl }) => baseUrl === backend.baseUrl) ??
    sameProtocol.find(({ id }) => id.startsWith('other-')) ??
    sameProtocol[0]
  );
}
