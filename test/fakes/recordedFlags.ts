/** The flags that flagd had when it was recorded, put together from its answers. */
export const recordedFlags = {
  flags: {
    'completions-enabled': {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'on',
      targeting: { if: [{ '==': [{ var: 'team' }, 'frozen'] }, 'off', null] },
    },
    dark: { state: 'DISABLED', variants: { on: true, off: false }, defaultVariant: 'off' },
    debounce: { state: 'ENABLED', variants: { a: 75.5 }, defaultVariant: 'a' },
    engine: {
      state: 'ENABLED',
      variants: { small: 'qwen-1.5b', large: 'qwen-7b' },
      defaultVariant: 'small',
      // Without a targeting key flagd still matched: the text to hash is put together by the rule itself.
      targeting: {
        fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'targetingKey' }] }, ['small', 50], ['large', 50]],
      },
    },
    'max-tokens': { state: 'ENABLED', variants: { few: 32 }, defaultVariant: 'few' },
    policy: { state: 'ENABLED', variants: { p: { exclude: ['**/.env'], n: 3 } }, defaultVariant: 'p' },
  },
  metadata: { flagSetId: 'fleet', version: '17' },
};
