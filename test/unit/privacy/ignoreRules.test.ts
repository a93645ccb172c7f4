import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { denialOf, denialText, ignoreBounds, type PlacedIgnoreFile, readIgnoreFile } from '../../../src/privacy/ignoreRules.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const fileAt = (folder: string, text: string): PlacedIgnoreFile => ({ folder, content: readIgnoreFile(bytes(text)) });
const isDenied = (path: string, ...files: readonly PlacedIgnoreFile[]): boolean => denialOf(path, files) !== undefined;

describe('files that often hold secrets', () => {
  const denied = [
    '.env',
    '.env.local',
    '.env.production',
    'prod.env',
    'a/b/.env',
    '.envrc',
    'server.pem',
    'tls/private.key',
    'id_rsa',
    'id_ed25519',
    'a/id_rsa.old',
    'store.p12',
    'store.pfx',
    'passwords.kdbx',
    '.npmrc',
    '.netrc',
    '.pypirc',
    'credentials.json',
    'gcp-credentials.json',
    'secrets.yaml',
    'config/secrets.yml',
    'prod.tfvars',
    'terraform.tfstate',
    'terraform.tfstate.backup',
    '.aws/config',
    'home/.ssh/known_hosts',
    '.kube/config',
    'service-account-prod.json',
    '.docker/config.json',
  ];
  for (const path of denied) it(`${path} is denied`, () => assert.equal(denialOf(path, [])?.kind, 'default'));
  for (const path of ['.ENV', 'Server.PEM', 'ID_RSA', '.SSH/config'])
    it(`${path} is denied, whatever the case`, () => assert.ok(isDenied(path)));

  const allowed = [
    'src/cart.ts',
    'environment.ts',
    'src/env.ts',
    '.env.example',
    '.env.template',
    'id_rsa.pub',
    'keyboard.ts',
    'src/secretScan.ts',
    'credentialsForm.tsx',
    'docs/secrets-of-regex.md',
    'src/vscode/secrets.ts',
    'src/vscode/secrets.ts',
    'src/credentials/form.ts',
    'package.json',
    'monkey.ts',
    'README',
    'ssh/client.go',
    'aws/lambda.ts',
  ];
  for (const path of allowed) it(`${path} is allowed`, () => assert.equal(denialOf(path, []), undefined));

  it('are allowed by a pattern with an exclamation mark', () => {
    assert.equal(denialOf('test/server.pem', [fileAt('', '!test/*.pem')]), undefined);
    assert.ok(isDenied('prod/server.pem', fileAt('', '!test/*.pem')));
  });
});

describe('an ignore file', () => {
  it('reads as gitignore does', () => {
    const rules = fileAt(
      '',
      ['# comment', '', 'internal/', '/top.ts', '**/*.gen.ts', 'a/**/z.ts', 'x?.ts', '\\#odd.ts', '*.sql', '!schema.sql'].join('\n'),
    );
    for (const path of ['internal/a.ts', 'b/internal/c/d.ts', 'top.ts', 'q/w.gen.ts', 'a/b/c/z.ts', 'x1.ts', '#odd.ts', 'dump.sql']) {
      assert.ok(isDenied(path, rules), path);
    }
    for (const path of ['internals.ts', 'b/top.ts', 'gen.ts', 'x12.ts', 'schema.sql', 'comment']) assert.ok(!isDenied(path, rules), path);
  });

  it('is the same with the line ends and the byte order mark of Windows', () => {
    assert.deepEqual(denialOf('b.ts', [fileAt('', '\ufeffa.ts\r\nb.ts\r\n')]), {
      kind: 'file',
      file: '.failsoftignore',
      line: 2,
      pattern: 'b.ts',
    });
    assert.ok(isDenied('a.ts', fileAt('', '\ufeffa.ts\r\nb.ts\r\n')));
  });

  it('names its line', () => {
    const denial = denialOf('lib/x/vendor/a.ts', [fileAt('', 'one\n\n# two\n'), fileAt('lib/x', '\nvendor/\n')]);
    assert.ok(denial);
    assert.equal(denialText(denial), 'lib/x/.failsoftignore line 2 says vendor/');
  });

  it('in a folder below counts below it and wins over those above', () => {
    const files = [fileAt('', '*.ts\n'), fileAt('lib', '!open.ts\n')];
    assert.ok(!isDenied('lib/open.ts', ...files));
    assert.ok(isDenied('lib/other.ts', ...files));
    assert.ok(isDenied('open.ts', files[0]!));
  });

  const broken: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['that is too large', new Uint8Array(ignoreBounds.bytes + 1).fill(97), /has 65537 bytes, allowed are 65536/],
    ['with too many rules', bytes('a\n'.repeat(ignoreBounds.rules + 1)), /more than 1000 rules/],
    ['that is not UTF-8', new Uint8Array([0x61, 0xff, 0xfe]), /not UTF-8/],
    ['that is no text', bytes('a\u0000b'), /not a text/],
  ];
  for (const [name, content, why] of broken) {
    it(`${name} denies everything below it`, () => {
      const denial = denialOf('src/cart.ts', [{ folder: '', content: readIgnoreFile(content) }]);
      assert.ok(denial?.kind === 'unreadable');
      assert.match(denialText(denial), why);
    });
  }

  it('that is still being read denies, that is not there does not', () => {
    assert.deepEqual(denialOf('a.ts', [{ folder: '', content: 'reading' }]), { kind: 'reading' });
    assert.equal(denialOf('a.ts', [{ folder: '', content: 'absent' }]), undefined);
  });

  it('never throws, whatever stands in it and whatever the path is', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', '*', '?', '[', ']', '!', '\\', '/', '-', '{', '}', '(', '^', '$', '.', ' ', '#', '\n', 'ü'),
      maxLength: 40,
    });
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '\\', ' ', '*', 'ü'), maxLength: 20 });
    fc.assert(fc.property(line, path, (text, file) => void denialOf(file, [fileAt('', text), fileAt('a', text)])));
  });
});
