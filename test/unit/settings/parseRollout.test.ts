import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../src/settings/parse.ts';
import type { RawRollout } from '../../../src/settings/parseRollout.ts';

const read = (rollout: RawRollout): ReturnType<typeof parseSettings> => parseSettings({ rollout });

describe('the settings of rollouts', () => {
  it('plan nothing when nothing is set', () => {
    assert.deepEqual(read({}), parseSettings({}));
    assert.deepEqual(read({}).settings.rollout, { assignment: 'auto', killSwitch: false });
  });

  it('are taken as they are', () => {
    const ofrep = { url: 'https://flags.example.com/team/', interval: 5 };
    const { settings, problems } = read({
      policy: '~/p.json',
      assignment: 'candidate',
      killSwitch: true,
      flagFile: 'C:\\flags.json',
      ofrep,
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(settings.rollout, {
      policy: '~/p.json',
      assignment: 'candidate',
      killSwitch: true,
      flagFile: 'C:\\flags.json',
      ofrep: { url: 'https://flags.example.com/team', interval: 5000 },
    });
    assert.deepEqual(read({ ofrep: { url: 'http://127.0.0.1:8016' } }).settings.rollout.ofrep?.interval, 30_000);
  });

  it('that are wrong leave people with what they have, in one line each', () => {
    const wrong: readonly (readonly [RawRollout, RegExp])[] = [
      [{ policy: 'policy.json' }, /rollout\.policy is "policy\.json", allowed is an absolute path, or one from ~\/; using none/],
      [{ policy: 5 }, /rollout\.policy is 5/],
      [{ flagFile: '../flags.json' }, /rollout\.flagFile is "\.\.\/flags\.json"/],
      [{ assignment: 'canary' }, /rollout\.assignment is "canary", allowed is auto, baseline, candidate; using baseline/],
      [{ killSwitch: 'yes' }, /rollout\.killSwitch is "yes", allowed is true or false; using true/],
      [{ ofrep: 'https://flags.example.com' }, /^$/],
      [{ ofrep: { url: 'ftp://x' } }, /rollout\.ofrep is .*allowed is an http or https "url"/],
      [{ ofrep: { url: 'https://me:secret@x' } }, /rollout\.ofrep is/],
      [{ ofrep: { url: 'https://x?y' } }, /rollout\.ofrep is/],
      [{ ofrep: { url: 'https://x', interval: 0.5 } }, /an "interval" of 1 to 3600 seconds; using none/],
      [{ ofrep: { url: 'https://x', interval: '30' } }, /using none/],
      [{ ofrep: { interval: 30, link: 'https://x' } }, /using none/],
      [{ ofrep: 5 }, /using none/],
      [{ ofrep: [] }, /using none/],
    ];
    for (const [raw, message] of wrong) {
      const { settings, problems } = read(raw);
      assert.match(problems.join('\n'), message, JSON.stringify(raw));
      if (message.source === '^$') continue;
      const isSafe = settings.rollout.assignment === 'baseline' || settings.rollout.killSwitch;
      const expected = 'assignment' in raw || 'killSwitch' in raw ? isSafe : settings.rollout;
      assert.deepEqual(expected, 'assignment' in raw || 'killSwitch' in raw ? true : { assignment: 'auto', killSwitch: false });
    }
  });
});
