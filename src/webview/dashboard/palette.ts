import { type AnswerClass, type OutcomeClass, outcomeClasses } from '../../dashboard/outcomeClass.ts';

/** What a colour stands for; the CSS has a variable `--c-…` for each. */
export type Hue =
  | OutcomeClass
  | AnswerClass
  | 'p50'
  | 'p95'
  | 'p99'
  | 'censored'
  | 'heap'
  | 'rss'
  | 'ledger'
  | 'index'
  | 'lag-max'
  | 'lag-p99'
  | 'incident'
  | 'text'
  | 'quiet-text'
  | 'grid'
  | 'surface';

/** What a surface is hatched with, so that it can be told apart without its colour. */
const hatches: Partial<Record<Hue, Hatch>> = {
  empty: 'dots',
  capacity: 'rising',
  'rate-limit': 'falling',
  timeout: 'horizontal',
  network: 'vertical',
  server: 'crossed',
  'needs-you': 'grid',
  other: 'dots',
  'other-backend': 'rising',
  local: 'falling',
  cache: 'dots',
};

type Hatch = 'dots' | 'rising' | 'falling' | 'horizontal' | 'vertical' | 'crossed' | 'grid';

/** Side of a tile of a hatch, in CSS pixels. */
const tile = 6;

/** Colours of the theme, ready for a canvas. */
export interface Palette {
  readonly isContrast: boolean;
  colour(hue: Hue): string;
  /** Opaque, for what is drawn beneath must not shine through. */
  surface(hue: Hue): string | CanvasPattern;
}

/** Reads the colours as they are now; read them again when the theme changes. */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.className = 'colour-probe';
  document.body.append(probe);
  const known = new Map<Hue, string>();
  for (const hue of allHues) {
    probe.style.color = `var(--c-${hue})`;
    known.set(hue, getComputedStyle(probe).color);
  }
  probe.remove();
  const isContrast = document.body.className.includes('vscode-high-contrast') || matchMedia('(forced-colors: active)').matches;
  const colour = (hue: Hue): string => known.get(hue) ?? 'gray';
  const patterns = new Map<Hue, string | CanvasPattern>();
  return {
    isContrast,
    colour,
    surface(hue) {
      let surface = patterns.get(hue);
      if (surface === undefined) {
        const hatch = hatches[hue];
        surface = (hatch && patternOf(hatch, colour(hue), colour('surface'), isContrast)) ?? colour(hue);
        patterns.set(hue, surface);
      }
      return surface;
    },
  };
}

const allHues: readonly Hue[] = [
  ...outcomeClasses,
  'first',
  'other-backend',
  'local',
  'cache',
  'nothing',
  'p50',
  'p95',
  'p99',
  'censored',
  'heap',
  'rss',
  'ledger',
  'index',
  'lag-max',
  'lag-p99',
  'incident',
  'text',
  'quiet-text',
  'grid',
  'surface',
];

function patternOf(hatch: Hatch, colour: string, ink: string, isContrast: boolean): CanvasPattern | undefined {
  const canvas = document.createElement('canvas');
  const scale = devicePixelRatio;
  canvas.width = Math.round(tile * scale);
  canvas.height = Math.round(tile * scale);
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(canvas.width / tile, canvas.height / tile);
  context.strokeStyle = context.fillStyle = ink;
  context.globalAlpha = isContrast ? 1 : 0.45;
  context.lineWidth = isContrast ? 1.6 : 1.2;
  strokeHatch(context, hatch);
  return context.createPattern(canvas, 'repeat') ?? undefined;
}

function strokeHatch(context: CanvasRenderingContext2D, hatch: Hatch): void {
  const line = (...[x1, y1, x2, y2]: readonly [number, number, number, number]): void => {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  };
  // Past the corners, so that the tiles join.
  const rising = (): void => [-tile, 0, tile].forEach((shift) => line(shift - 1, tile + 1, shift + tile + 1, -1));
  const falling = (): void => [-tile, 0, tile].forEach((shift) => line(shift - 1, -1, shift + tile + 1, tile + 1));
  if (hatch === 'dots') context.fillRect(tile / 2 - 1, tile / 2 - 1, 2, 2);
  if (hatch === 'rising' || hatch === 'crossed') rising();
  if (hatch === 'falling' || hatch === 'crossed') falling();
  if (hatch === 'horizontal' || hatch === 'grid') line(0, tile / 2, tile, tile / 2);
  if (hatch === 'vertical' || hatch === 'grid') line(tile / 2, 0, tile / 2, tile);
}
