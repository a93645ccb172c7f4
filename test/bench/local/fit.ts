/**
 * Fits the weights of the local engine to timelines: `tsx test/bench/local/fit.ts --lines 300 --out FILE TIMELINE…`. With
 * `--leave-out` the weights of each timeline's turn are fitted to the others. Every run with the same input gives the same weights.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../../src/base/random.ts';
import { featureCount } from '../../../src/local/features.ts';
import type { LocalModel } from '../../../src/local/model.ts';
import { calibrate, collectOffers } from './calibrate.ts';
import { keepModel } from './keepModel.ts';
import { priorWeights } from './prior.ts';
import { collectSamples, type Samples } from './samples.ts';
import { readTimeline, type Timeline } from './timeline.ts';

/** What the fit is made with; part of what the weights are known by. */
export const fitParameters = { seed: 5, epochs: 8, batch: 512, rate: 0.03, pull: 0.0005 } as const;

interface Place {
  readonly samples: Samples;
  readonly sample: number;
}

/** Draws the weights to what makes the right votes likeliest, by Adam. @returns the weights and the mean loss of the last epoch */
export function fit(
  all: readonly Samples[],
  prior: Float64Array,
  pull: number = fitParameters.pull,
): { weights: Float64Array; loss: number } {
  const weights = prior.slice();
  const gradient = new Float64Array(featureCount);
  const first = new Float64Array(featureCount);
  const second = new Float64Array(featureCount);
  const random = seededRandom(fitParameters.seed);
  const places: Place[] = all.flatMap((samples) => Array.from(samples.sampleEnds, (_, sample) => ({ samples, sample })));
  const batches = Math.ceil(places.length / fitParameters.batch);
  let loss = 0;
  let turn = 0;
  for (let epoch = 0; epoch < fitParameters.epochs; epoch += 1) {
    shuffle(places, random);
    loss = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      gradient.fill(0);
      const part = places.slice(batch * fitParameters.batch, (batch + 1) * fitParameters.batch);
      for (const place of part) loss += addGradient(place, weights, gradient);
      turn += 1;
      const rate = fitParameters.rate * (1 - turn / (batches * fitParameters.epochs + 1));
      for (let index = 0; index < featureCount; index += 1) {
        const slope = (gradient[index] ?? 0) / part.length + pull * ((weights[index] ?? 0) - (prior[index] ?? 0));
        first[index] = 0.9 * (first[index] ?? 0) + 0.1 * slope;
        second[index] = 0.999 * (second[index] ?? 0) + 0.001 * slope * slope;
        const step = (first[index] ?? 0) / (1 - 0.9 ** turn);
        weights[index] = (weights[index] ?? 0) - (rate * step) / (Math.sqrt((second[index] ?? 0) / (1 - 0.999 ** turn)) + 1e-8);
      }
    }
    loss /= places.length;
  }
  return { weights, loss };
}

/** Mean loss of weights on samples they were not fitted to. */
export function lossOf(samples: Samples, weights: Float64Array): number {
  const unused = new Float64Array(featureCount);
  let loss = 0;
  for (let sample = 0; sample < samples.sampleEnds.length; sample += 1) loss += addGradient({ samples, sample }, weights, unused);
  return loss / Math.max(1, samples.sampleEnds.length);
}

const votes = new Float64Array(1024);

/** Adds the slope of -log(right / all) of one sample; returns that value. */
function addGradient({ samples, sample }: Place, weights: Float64Array, gradient: Float64Array): number {
  const { features, voteEnds, isRight, sampleEnds } = samples;
  const from = sample === 0 ? 0 : (sampleEnds[sample - 1] ?? 0);
  const to = sampleEnds[sample] ?? 0;
  let all = 0;
  let right = 0;
  for (let vote = from; vote < to; vote += 1) {
    let sum = 0;
    for (let at = vote === 0 ? 0 : (voteEnds[vote - 1] ?? 0); at < (voteEnds[vote] ?? 0); at += 1) sum += weights[features[at] ?? 0] ?? 0;
    const value = Math.exp(sum);
    votes[vote - from] = value;
    all += value;
    if (isRight[vote] === 1) right += value;
  }
  for (let vote = from; vote < to; vote += 1) {
    const value = votes[vote - from] ?? 0;
    const slope = value / all - (isRight[vote] === 1 ? value / right : 0);
    for (let at = vote === 0 ? 0 : (voteEnds[vote - 1] ?? 0); at < (voteEnds[vote] ?? 0); at += 1) {
      const feature = features[at] ?? 0;
      gradient[feature] = (gradient[feature] ?? 0) + slope;
    }
  }
  return -Math.log(right / all);
}

function shuffle(items: Place[], random: () => number): void {
  for (let index = items.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [items[index], items[other]] = [items[other] as Place, items[index] as Place];
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      lines: { type: 'string', default: '300' },
      out: { type: 'string' },
      ship: { type: 'boolean', default: false },
      'leave-out': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const out = values.out;
  if (out === undefined || positionals.length === 0) throw new Error('usage: fit.ts --out FILE [--lines N] [--leave-out] TIMELINE…');
  const prior = priorWeights();
  const lines = Number(values.lines);
  const timelines: Timeline[] = [];
  const samples: Samples[] = [];
  for (const file of positionals) {
    const timeline = await readTimeline(file);
    const collected = collectSamples(timeline, prior, lines);
    console.log(`${timeline.name}: ${collected.sampleEnds.length} samples, ${collected.voteEnds.length} votes`);
    timelines.push(timeline);
    samples.push(collected);
  }
  const keep = (file: string, model: LocalModel): void =>
    writeFileSync(file, JSON.stringify({ ...model, weights: Array.from(model.weights, (weight) => Math.round(weight * 100) / 100) }));
  const whole = fit(samples, prior);
  const offers = timelines.map((timeline) => collectOffers(timeline, whole.weights, lines / 4));
  const model = { weights: whole.weights, ...calibrate(offers.flat()) };
  console.log(`all: loss ${whole.loss.toFixed(4)}, slope ${model.slope.toFixed(3)}, shift ${model.shift.toFixed(3)}`);
  keep(out, model);
  if (values.ship) {
    const parameters = `${Object.entries(fitParameters).flat().join(' ')}, ${lines} lines each of ${timelines.map(({ name }) => name).join(' ')}`;
    keepModel(new URL('../../../src/local/fittedModel.ts', import.meta.url), model, parameters);
  }
  if (!values['leave-out']) return;
  for (const [left, timeline] of timelines.entries()) {
    const { weights } = fit(
      samples.filter((_, other) => other !== left),
      prior,
    );
    const own = samples[left];
    console.log(`without ${timeline.name}: loss there ${own === undefined ? '' : lossOf(own, weights).toFixed(4)}`);
    keep(out.replace(/(\.\w+)?$/, `-${timeline.name}$1`), { weights, ...calibrate(offers.filter((_, other) => other !== left).flat()) });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
