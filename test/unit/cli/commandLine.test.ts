import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CannotBeDone, type Command, type CommandContext, type CommandResult, exitCodes, UsageError } from '../../../src/cli/command.ts';
import { runCommandLine } from '../../../src/cli/commandLine.ts';
import { commands } from '../../../src/cli/commands.ts';
import { commonFlags, helpOf } from '../../../src/cli/help.ts';
import { FakeTerminal } from '../../fakes/terminal.ts';

const result: CommandResult = {
  exit: exitCodes.failed,
  text: 'two\nlines',
  summary: 'lines',
  json: { verdict: 'failed' },
  markdown: '# Report',
};

describe('the command line', () => {
  let terminal: FakeTerminal;
  let run: (context: CommandContext) => Promise<CommandResult>;
  beforeEach(() => {
    terminal = new FakeTerminal();
    run = () => Promise.resolve(result);
  });
  afterEach(() => terminal.dispose());

  const check: Command = {
    name: 'check',
    summary: 'checks',
    description: 'Checks things.',
    flags: { file: { type: 'string', value: 'FILE', help: 'a file' } },
    examples: ['check --file x'],
    run: (context) => run(context),
  };
  const call = (...words: string[]): Promise<number> => runCommandLine(words, terminal.world, [check]);

  it('prints the text of a result and ends with its code', async () => {
    assert.equal(await call('check'), 1);
    assert.equal(terminal.out, 'two\nlines\n');
    assert.equal(terminal.err, '');
  });

  it('prints one JSON document with --json, and no progress', async () => {
    run = (context) => {
      context.progress('half');
      return Promise.resolve(result);
    };
    assert.equal(await call('check', '--json'), 1);
    assert.deepEqual(JSON.parse(terminal.out), { verdict: 'failed' });
    assert.equal(terminal.err, '');
  });

  it('writes the Markdown beside it with --report', async () => {
    assert.equal(await call('check', '--report', 'out/report.md'), 1);
    assert.equal(terminal.text('/work-folder/out/report.md'), '# Report\n');
  });

  it('never writes the report over another file of the same call', async () => {
    terminal.put('/work-folder/mine.json', '{}');
    assert.equal(await call('check', '--file', 'mine.json', '--report', './out/../mine.json'), 2);
    assert.equal(terminal.err, 'failsoft check: --report ./out/../mine.json is the file of --file, allowed is another one\n');
    assert.equal(terminal.text('/work-folder/mine.json'), '{}');
  });

  it('prints what models call themselves without what would move the cursor', async () => {
    run = () => Promise.resolve({ ...result, text: 'model \u001b[2J\u0007\r\nnext\u009b31m' });
    await call('check');
    assert.equal(terminal.out, 'model  [2J  \nnext 31m\n');
  });

  it('refuses a report that cannot be written before anything is done', async () => {
    let runs = 0;
    run = () => Promise.resolve(result).finally(() => runs++);
    terminal.unwritable = 'it is no file';
    assert.equal(await call('check', '--report', 'r.md'), 2);
    assert.equal(terminal.err, 'failsoft check: --report r.md cannot be written: it is no file\n');
    assert.equal(await call('check', '--file', 'mine.json'), 1, 'what is only read does not have to be writable');
    assert.equal(runs, 1);
  });

  it('says when the report cannot be written after all, and that it was not done', async () => {
    terminal.files.refusal = 'the disk is full';
    assert.equal(await call('check', '--report', 'r.md'), 3);
    assert.match(terminal.err, /^failsoft check: --report r\.md could not be written: the disk is full\n$/);
  });

  it('ends with 2 and one line for a usage error', async () => {
    run = () => Promise.reject(new UsageError('--file is "x",\nallowed is \u001b[31my'));
    assert.equal(await call('check'), 2);
    assert.equal(terminal.err, 'failsoft check: --file is "x", allowed is  [31my\n');
    assert.equal(terminal.out, '');
  });

  it('ends with 3 when it cannot be done, and for a bug of ours', async () => {
    run = () => Promise.reject(new CannotBeDone('nobody listens'));
    assert.equal(await call('check'), 3);
    run = () => Promise.reject(new TypeError('x is undefined'));
    assert.equal(await call('check'), 3);
    assert.equal(terminal.err, 'failsoft check: nobody listens\nfailsoft check: a bug of ours: x is undefined\n');
  });

  it('ends with 130 when it is interrupted, whatever the command made of it', async () => {
    const ends: readonly (() => Promise<CommandResult>)[] = [() => Promise.resolve(result), () => Promise.reject(new Error('aborted'))];
    for (const end of ends) {
      terminal = new FakeTerminal();
      run = (context) =>
        new Promise((resolve, reject) => {
          context.signal.addEventListener('abort', () => void end().then(resolve, reject));
        });
      const running = call('check');
      terminal.interrupt.abort();
      assert.equal(await running, 130);
      assert.equal(terminal.out, '');
      assert.equal(terminal.err, 'failsoft check: interrupted\n');
      terminal.dispose();
    }
  });

  it('names the command that was probably meant', async () => {
    assert.equal(await call('chekc'), 2);
    assert.equal(terminal.err, 'failsoft: "chekc" is no command, allowed is check; did you mean check?\n');
    terminal.err = '';
    assert.equal(await call(), 2);
    assert.equal(terminal.err, 'failsoft: a command is missing, allowed is check\n');
  });

  it('helps, in general and with each command, and says its version', async () => {
    assert.equal(await call('--help'), 0);
    assert.match(terminal.out, /check {2}checks\n/);
    assert.equal(await call('check', '--help'), 0);
    assert.match(terminal.out, /--file FILE {4}a file\n/);
    const help = helpOf(check);
    for (const words of [
      ['help', 'check'],
      ['check', '-h'],
      ['check', '--file', '-h'],
      ['-h', 'check'],
    ]) {
      terminal.out = '';
      assert.equal(await call(...words), 0);
      assert.equal(terminal.out, `${help}\n`, words.join(' '));
    }
    assert.equal(await call('--version'), 0);
    assert.match(terminal.out, /failsoft 1\.2\.3\n$/);
  });

  it('rewrites one line of progress on a terminal, and takes it away', async () => {
    terminal.columns = 12;
    run = (context) => {
      context.progress('a line that is too long');
      context.note('a warning');
      return Promise.resolve(result);
    };
    await call('check');
    assert.equal(terminal.err, '\r\u001b[2Ka line that\r\u001b[2Ka warning\n');
    terminal.columns = 0;
    terminal.err = '';
    await call('check');
    assert.match(terminal.err, /a line that is too long\r/, 'a terminal that does not say how wide it is');
  });

  it('says progress in lines, seldom, where there is no terminal', async () => {
    run = (context) => {
      for (let index = 0; index < 100; index += 1) context.progress(`${index}\u001b[31m of 100`);
      return Promise.resolve(result);
    };
    await call('check');
    assert.equal(terminal.err, '0 [31m of 100\n');
  });
});

describe('the commands', () => {
  it('have no flag that every command has, and each flag a help that fits', () => {
    for (const command of commands) {
      for (const [name, flag] of Object.entries(command.flags)) {
        assert.ok(!Object.hasOwn(commonFlags, name), `${command.name} --${name}`);
        assert.equal(flag.value !== undefined, flag.type === 'string', `${command.name} --${name}`);
        assert.ok(flag.help.length > 0 && !flag.help.includes('\n'));
      }
      for (const example of command.examples) assert.ok(`${example} `.startsWith(`${command.name} `), example);
      assert.ok(
        helpOf(command)
          .split('\n')
          .every((line) => line.startsWith('  failsoft ') || line.length <= 140),
        command.name,
      );
    }
  });
});
