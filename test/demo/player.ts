/** Brings the practice backend and the extension into each phase, lets the typist work, and takes the pictures. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FaultServer } from '../fakes/faultServer.ts';
import { hoverStatusBar, runCommand, statusBarItem, type Workbench } from '../host/workbench.mjs';
import type { PhaseResult } from './measure.ts';
import type { Observed, Observer } from './observer.ts';
import { phaseNames, type PhaseName, pieces } from './pieces.ts';
import { backendSetting, behaviours } from './practice.ts';
import { type Pause, Typist } from './typist.ts';

/** What the player plays on. */
export interface Stage {
  readonly workbench: Workbench;
  readonly observer: Observer;
  readonly practice: FaultServer;
  /** The copy of the demo workspace. */
  readonly folder: string;
  readonly out: string;
}

/** Pictures of one phase, of which the best stays: each takes the time of a few keys. */
const picturesAtMost = 2;

/** Plays one phase after the other. */
export class Player {
  readonly #stage: Stage;
  readonly #typist: Typist;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#typist = new Typist(stage.workbench.page, stage.observer, stage.folder);
  }

  /** Waits for the extension, opens the files that are worked on, and puts the page's observer in place. */
  async prepare(): Promise<void> {
    const { workbench, observer } = this.#stage;
    await observer.until('active Failsoft', ({ snapshot }) => snapshot !== undefined);
    await workbench.page.evaluate(await readFile(path.join(import.meta.dirname, 'pageObserver.cjs'), 'utf8'));
    const files = new Set(Object.values(pieces).flatMap((phase) => phase.map(({ file }) => file)));
    for (const file of files) await this.#typist.open(file);
  }

  async play(phase: PhaseName): Promise<PhaseResult> {
    const { practice } = this.#stage;
    const toastsBefore = (await this.#toasts()).length;
    await this.#enter(phase);
    const requestsBefore = practice.requests.length;
    const pauses: Pause[] = [];
    const statuses: string[] = [];
    const camera = { best: 0, left: picturesAtMost };
    for (const piece of pieces[phase]) {
      const typed = await this.#typist.type(piece, async (pause) => {
        const status = await this.#status();
        if (statuses.at(-1) !== status) statuses.push(status);
        await this.#takePicture(phase, pause, camera);
      });
      pauses.push(...typed);
    }
    return {
      phase,
      pauses,
      requests: practice.requests.length - requestsBefore,
      toasts: (await this.#toasts()).slice(toastsBefore),
      statuses,
    };
  }

  /** Keeps the picture of the pause that shows the most: the phase's state in the status bar, and text that is right and long. */
  async #takePicture(phase: PhaseName, pause: Pause, camera: { best: number; left: number }): Promise<void> {
    if (pause.text.trim() === '' || camera.left === 0) return;
    const settled = isSettled(phase, await this.#stage.observer.look());
    const worth = (settled ? 1000 : 0) + (pause.fits ? 100 : 0) + Math.min(pause.text.length, 99);
    if (worth < camera.best + 20) return;
    camera.best = worth;
    camera.left -= 1;
    await this.#stage.workbench.screenshot(this.#picture(phase));
    if (phase === 'at capacity' && settled) await this.#pictureTooltip();
  }

  /** Waits for what the phase needs, and no longer. */
  async #enter(phase: PhaseName): Promise<void> {
    const { practice, observer } = this.#stage;
    switch (phase) {
      case 'no backend':
        return;
      case 'healthy':
        await observer.setBackends([backendSetting(practice)]);
        await observer.until('configured backend', ({ snapshot }) => snapshot?.mode === 'on' && snapshot.sources.length === 1);
        return;
      case '×5 slow':
        return practice.set(behaviours.slow.behaviour);
      case 'at capacity':
        return practice.set(behaviours.capacity.behaviour);
      case 'hang':
        await this.#recover();
        return practice.set(behaviours.hang.behaviour);
      case 'refused':
        await this.#recover();
        return practice.set(behaviours.refused.behaviour);
      case 'recovered':
        return this.#recover();
    }
  }

  /** The backend is well again and the person asks for it, by the palette. */
  async #recover(): Promise<void> {
    const { practice, observer, workbench } = this.#stage;
    await practice.set(behaviours.healthy.behaviour);
    if (isClosed(await observer.look())) return;
    await runCommand(workbench.page, 'Failsoft: Retry Now');
    await observer.until('closed breaker after Retry Now', isClosed);
  }

  async #toasts(): Promise<string[]> {
    return await this.#stage.workbench.page.evaluate<string[]>('failsoftDemo.toasts()');
  }

  async #status(): Promise<string> {
    const item = this.#stage.workbench.page.locator(statusBarItem('Failsoft')).first();
    return (await item.innerText()).replaceAll('\u00a0', ' ').trim();
  }

  #picture(phase: PhaseName): string {
    const name = phase.replace('×', '').replaceAll(' ', '-');
    return path.join(this.#stage.out, `${phaseNames.indexOf(phase) + 1}-${name}.png`);
  }

  /** The tooltip of the status bar item, opened by the mouse. */
  async #pictureTooltip(): Promise<void> {
    const { workbench } = this.#stage;
    await hoverStatusBar(workbench.page, 'Failsoft');
    await workbench.screenshot(path.join(this.#stage.out, `${phaseNames.indexOf('at capacity') + 1}-at-capacity-tooltip.png`));
    await workbench.page.mouse.move(640, 500);
    await workbench.page
      .locator('.monaco-hover:visible')
      .first()
      .waitFor({ state: 'hidden', timeout: 3000 })
      .catch(() => undefined);
  }
}

function isClosed({ snapshot }: Observed): boolean {
  return snapshot?.sources.every(({ guard }) => guard.breaker.kind === 'closed' && guard.coolDown === undefined) ?? false;
}

/** Whether the extension shows the phase's own state. */
function isSettled(phase: PhaseName, { snapshot }: Observed): boolean {
  const state = snapshot?.sources[0]?.state;
  switch (phase) {
    case 'no backend':
    case 'healthy':
    case 'recovered':
      return true;
    case '×5 slow':
      return state === 'slow';
    case 'at capacity':
      return state === 'at-capacity';
    case 'hang':
    case 'refused':
      return state === 'open';
  }
}
