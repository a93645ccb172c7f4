/** The windows that the extension tests open: what lies in the workspace, and which settings the person has. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The servers of a run, by URL without a path. */
export interface Servers {
  readonly practice: string;
  /** Asked for by the workspace, never by the person. */
  readonly evil: string;
  readonly proxy: string;
}

/** One window with its tests. */
export interface TestWindow {
  readonly name: 'shop' | 'exist' | 'settings' | 'restricted' | 'proxy' | 'long' | 'alone';
  /** Writes the workspace and returns what is to be opened. */
  write(folder: string, servers: Servers): string;
  /** The person's own settings beside the backend. */
  settings(servers: Servers): Readonly<Record<string, unknown>>;
  readonly backends?: readonly object[];
}

const learned = `export function countOrders(orders: Order[]): number {
  const confirmed = orders.filter((order) => order.isConfirmed);
  return confirmed.reduce((total, order) => total + order.quantity, 0);
}
`;

function write(file: string, content: string | object): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

function writeShop(folder: string): string {
  const shop = path.join(folder, 'shop');
  write(path.join(shop, 'learn.ts'), learned);
  write(path.join(shop, 'cart.ts'), '\n');
  write(path.join(shop, 'mixed.ts'), 'a();\r\nb();\nc();');
  return shop;
}

const evilBackends = ({ evil }: Servers): readonly object[] => [{ name: 'evil', baseUrl: `${evil}/v1`, model: 'evil' }];

export const windows: readonly TestWindow[] = [
  {
    name: 'shop',
    write(folder, servers) {
      const shop = writeShop(folder);
      // Dotted, and in the section of a language.
      const evil = { 'failsoft.backends': evilBackends(servers), '[typescript]': { 'failsoft.backends': [] } };
      write(path.join(shop, '.vscode', 'settings.json'), evil);
      write(path.join(shop, 'windows.ts'), 'const first = 1;\r\n\r\n');
      write(path.join(shop, '.failsoftignore'), '# not for others\ninternal/\n');
      write(path.join(shop, 'internal', 'plan.ts'), 'export const planOfTheOwner = computeMargin(secretFactor, 42);\n');
      write(path.join(shop, '.env'), 'A=1\n');
      symlinkSync('.env', path.join(shop, 'notes.txt'));
      return shop;
    },
    settings: () => ({}),
  },
  {
    name: 'exist',
    write(folder) {
      for (const name of ['one', 'two', 'three']) write(path.join(folder, name, 'cart.ts'), '\n');
      write(path.join(folder, 'one', 'learn.ts'), learned);
      write(path.join(folder, 'one', 'deep', 'price.ts'), '\n');
      write(path.join(folder, 'two', '.vscode', 'settings.json'), { 'failsoft.disabledLanguages': ['typescript'] });
      write(path.join(folder, 'three', '.vscode', 'settings.json'), { 'failsoft.enable': false });
      const file = path.join(folder, 'several.code-workspace');
      write(file, { folders: [{ path: 'one' }, { path: 'two' }, { path: 'three' }], settings: {} });
      return file;
    },
    settings: () => ({}),
  },
  {
    name: 'settings',
    write(folder, servers) {
      const backends = evilBackends(servers);
      write(path.join(folder, 'nested', '.vscode', 'settings.json'), { failsoft: { backends, deadlines: { total: 120_000 } } });
      write(path.join(folder, 'language', '.vscode', 'settings.json'), { '[typescript]': { 'failsoft.backends': backends } });
      for (const name of ['nested', 'language']) write(path.join(folder, name, 'cart.ts'), '\n');
      const file = path.join(folder, 'both.code-workspace');
      write(file, { folders: [{ path: 'nested' }, { path: 'language' }], settings: { 'failsoft.backends': backends } });
      return file;
    },
    settings: () => ({}),
  },
  {
    name: 'restricted',
    write: writeShop,
    settings: () => ({ 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' }),
  },
  {
    name: 'alone',
    write(folder) {
      const shop = writeShop(folder);
      write(path.join(shop, 'windows.ts'), 'const first = 1;\r\n\r\n');
      write(path.join(shop, 'sum.ts'), '  return items.reduce(add, 0);\n'.repeat(3));
      write(path.join(shop, '.vscode', 'shop.code-snippets'), {
        choice: { prefix: 'guard', body: 'guard(${1:order}, ${2|strict,loose|});' },
        block: { prefix: 'visit', body: ['visit(${1:orders}, (${2:order}) => {', '\tcount(${2:order}, \\$${3:1});', '\t$0', '});'] },
        file: { prefix: 'filed', body: "filed('${TM_FILENAME_BASE/(.*)/${1:/upcase}/}', $1);" },
      });
      return shop;
    },
    settings: () => ({}),
    backends: [],
  },
  { name: 'long', write: writeShop, settings: () => ({}) },
  {
    name: 'proxy',
    write: writeShop,
    settings: ({ proxy }) => ({ 'http.proxy': proxy, 'http.proxySupport': 'override' }),
    backends: [
      { name: 'far', baseUrl: 'https://models.far.test/v1', model: 'm' },
      { name: 'plain', baseUrl: 'http://plain.far.test/v1', model: 'm' },
    ],
  },
];
