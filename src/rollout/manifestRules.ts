import { gateNames } from '../domain/rollout.ts';
import { type ChoiceRule, duration, gate, list, type ManifestRule, number, type ObjectRule, text } from './manifestRule.ts';
import { maxTokens, modelName, version } from './manifestVersionRule.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A policy file longer than this is not read. */
export const manifestBytes = 64 * 1024;

/** The version of the format that this table describes. */
export const manifestVersion = 1;

const stages: ManifestRule = {
  kind: 'list',
  description: 'The way to everybody: shares of all installations that rise and end at 100.',
  minimumCount: 1,
  maximumCount: 10,
  of: {
    kind: 'object',
    description: 'One step.',
    fields: {
      percent: {
        ...number('Share of all installations that get the candidate, in percent.', 1, 100),
        isWhole: true,
        isRequired: true,
      },
      dwell: duration('It lasts at least so long; choose one busy period.', 2 * hour, minute, 30 * day, 'chosen: one busy period'),
    },
  },
  default: [
    { percent: 5, dwell: 30 * minute },
    { percent: 25, dwell: 2 * hour },
    { percent: 50, dwell: 6 * hour },
    { percent: 100, dwell: 6 * hour },
  ],
  source: 'chosen: few first, and each stage covers a busier time than the one before; the soak follows the last',
};

const gates: ObjectRule = {
  kind: 'object',
  description: 'What is allowed before the candidate is taken back, and wanted before it gets further.',
  fields: {
    latency: gate('Slow answers, against the frozen P99 of the baseline.', {
      factor: number('An answer is slow beyond this multiple of the P99 of the baseline.', 1.1, 10, 2, 'chosen: what people notice'),
      share: number('Share of slow answers that is allowed.', 0.001, 0.2, 0.01, 'arithmetic: a P99 is passed by one in a hundred'),
    }),
    errors: gate('Failed requests and those that met a full server.', {
      share: number('Share that is allowed.', 0.001, 0.5, 0.02, 'chosen: above what a healthy server shows'),
      factor: number('Or this multiple of the share of the baseline, if that is more.', 1, 10, 2, 'chosen: a bad network hits both'),
    }),
    capacity: gate('Answers that say the server is full, while the baseline has none.', {
      count: { ...number('So many take the candidate back.', 1, 100, 3, 'chosen: two can be chance'), isWhole: true },
      within: duration('Within this time.', minute, 10_000, hour, 'chosen: the length of a burst'),
    }),
    filter: gate('Answers that a safety filter withheld.', {
      margin: number('So much more than the baseline, as a share of all requests.', 0.001, 0.5, 0.02, 'chosen: two points, as for errors'),
    }),
    'bad-request': gate('Requests that the server calls wrong: a changed context window, template or parameter.', {
      margin: number('So much more than the baseline, as a share of all requests.', 0.001, 0.5, 0.02, 'chosen: two points, as for errors'),
    }),
    acceptance: gate('How many of the shown suggestions are accepted.', {
      margin: number('So much less than the baseline, relative to it.', 0.01, 0.9, 0.15, 'chosen: found with some 1300 suggestions an arm'),
    }),
    retention: gate('How much of the accepted text is kept.', {
      margin: number('So much less than the baseline, relative to it.', 0.01, 0.9, 0.15, 'chosen, as for acceptance'),
    }),
    hallucination: gate('Accepted texts that name something that is not there, per language.', {
      margin: number('So much more than the baseline, as a share of the accepted texts.', 0.01, 0.9, 0.15, 'chosen, as for acceptance'),
    }),
    memory: gate('Memory of the editor.', {
      highFor: duration(
        'So long at the level high takes the candidate back.',
        minute,
        10_000,
        hour,
        'chosen: longer than one collection of garbage',
      ),
    }),
  },
};

const check: Pick<ChoiceRule, 'kind' | 'values'> = {
  kind: 'choice',
  values: { block: 'Keeps the first stage from beginning until it is passed.', warn: 'Is only said.' },
};

const readiness: ObjectRule = {
  kind: 'object',
  description: 'What each check does while it is not passed.',
  fields: {
    benchmark: {
      ...check,
      description: 'Candidate against baseline on held-out code.',
      default: 'warn',
      source: 'chosen: says more of quality than of harm',
    },
    capacity: {
      ...check,
      description: 'The forecast of load for 25, 50 and 100 %.',
      default: 'block',
      source: 'chosen: what passes at 5 % can saturate at 25 %',
    },
    'prompt-compatibility': {
      ...check,
      description: 'The golden prompts.',
      default: 'block',
      source: 'chosen: a leaking token harms everybody',
    },
    'rollback-rehearsal': {
      ...check,
      description: 'The way back has been walked.',
      default: 'block',
      source: 'chosen: a way back that was never tried is none',
    },
    shadow: {
      ...check,
      description: 'Copies of real requests, never shown.',
      default: 'block',
      source: 'chosen: the only evidence from real requests',
    },
  },
};

const shadow: ObjectRule = {
  kind: 'object',
  description: 'What copies of requests to the candidate may cost, for one installation.',
  fields: {
    share: number('Copies for each real request.', 0, 1, 0.1, 'chosen: at most a tenth more load'),
    requestsPerHour: {
      ...number('At most so many copies an hour.', 0, 10_000, 60, 'arithmetic: a tenth of some 600 requests an hour'),
      isWhole: true,
    },
    tokensPerHour: {
      ...number(
        'At most so many tokens an hour, prompts and answers.',
        0,
        100_000_000,
        100_000,
        'arithmetic: 60 copies of some 1600 tokens',
      ),
      isWhole: true,
    },
    pairs: {
      ...number(
        'Pairs of answers that are wanted before the first stage.',
        1,
        100_000,
        300,
        'arithmetic: 299 without a slow one bound their share below 1 %',
      ),
      isWhole: true,
    },
  },
};

const off: ObjectRule = {
  kind: 'object',
  description: 'Gates that are switched off, each with the reason why. A gate without a reason stays on.',
  fields: Object.fromEntries(
    gateNames.map((name) => [
      name,
      text(`Why the gate ${name} is switched off.`, /\S/u, 200, 'the reason as a text of at most 200 characters'),
    ]),
  ),
};

/** A policy file, from the top: every field, its bounds, its default and where that comes from. The published schema says the same. */
export const manifestRules: ObjectRule = {
  kind: 'object',
  description: 'How a new model version reaches people: in which stages, on what evidence, and what takes it back.',
  fields: {
    $schema: text('The schema of this file.', /./u, 500, 'the address of a schema'),
    version: {
      ...number('Version of the format of this file.', manifestVersion, manifestVersion, manifestVersion, 'the only one so far'),
      isWhole: true,
    },
    name: {
      ...text(
        'Name of the rollout, and of its flag.',
        /^[A-Za-z0-9][\w.-]*$/u,
        60,
        'letters, digits, dots, hyphens and underscores, at most 60, beginning with a letter or digit',
      ),
      isRequired: true,
    },
    baseline: version('The model version that people have.'),
    candidate: version('The new one.', { maxTokens }),
    stages,
    soak: duration('How long everybody has it before the rollout is done.', day, minute, 60 * day, 'chosen: a leak shows within a day'),
    gates,
    off,
    baselineP99: {
      kind: 'duration',
      description: 'P99 of the latency of the baseline, where it is not to be learnt from its own answers.',
      minimum: 1,
      maximum: minute,
    },
    readiness,
    rehearsalFor: duration('A rehearsal of the way back is good for so long.', 30 * day, hour, 365 * day, 'chosen: about two releases'),
    shadow,
    control: number(
      'Share of the requests of those who are in that still go to the baseline, to compare with.',
      0.1,
      0.5,
      0.1,
      'chosen: enough for a comparison on the same network, at the same time',
    ),
    languages: list(
      'Only for requests in these languages; empty: all.',
      text('A language identifier.', /^[\w+#.-]+$/u, 60, 'a language identifier such as typescript'),
      100,
    ),
    capacity: {
      kind: 'object',
      description: 'What the capacity check has to know of the servers of the candidate and of everybody who asks them.',
      fields: {
        peakRate: number(
          'Requests per second of everybody at the busiest time; without it the check cannot say whether the servers suffice.',
          0.001,
          10_000_000,
        ),
        servers: {
          ...number('Servers for everybody; a stage gets its part of them.', 1, 100_000, 1, "chosen: one server of one's own"),
          isWhole: true,
        },
        leastServers: { ...number('A stage begins with no fewer.', 1, 100_000, 1, 'chosen, as above'), isWhole: true },
        slots: { ...number('Requests that one server runs at once, where a ramp cannot reach that many.', 1, 4096), isWhole: true },
        ramp: {
          kind: 'choice',
          description: 'Whether a server beyond this machine may be asked by more and more at once, which everybody who uses it may feel.',
          values: { 'this-machine': 'Only servers of this machine.', anywhere: 'Whoever runs the server knows of it.' },
          default: 'this-machine',
          source: 'chosen: nobody is harmed by a check',
        },
      },
    },
    evidence: {
      kind: 'object',
      description: 'Where the gates get their counts from.',
      fields: {
        kind: {
          kind: 'choice',
          description: 'Whose requests are counted.',
          values: { own: "This installation's own requests.", fleet: 'Counts that a fleet has put together, from url.' },
          default: 'own',
          source: 'chosen: needs no server',
        },
        url: text(
          'Where the counts of the fleet are; only with kind fleet.',
          /^https?:\/\/[^\s?#@]+$/u,
          500,
          'an http or https address without user name, query and fragment',
        ),
      },
    },
    blocked: list('Models that never become a candidate, as MODEL or BACKEND/MODEL.', modelName, 100),
    pinned: { ...modelName, description: 'The model that stays, whatever else is said: that of the baseline or of the candidate.' },
  },
};
