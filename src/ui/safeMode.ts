/** What a person is told of safe mode. */
export const safeModeReason = 'safe mode: VS Code’s extension host ended unexpectedly twice within five minutes';

export const safeModeQuestion =
  'Failsoft is in safe mode: the extension host of VS Code ended unexpectedly twice within five minutes. ' +
  'No backend is asked in this window until you leave safe mode; local suggestions go on.';

export const safeModeAnswers = { leave: 'Leave Safe Mode', log: 'Show Log' } as const;
