import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { readinessChecks, rolloutActions } from '../../../src/domain/rollout.ts';
import { fimFamilies, fimFamilyNames } from '../../../src/prompt/fimTemplates.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { storeBounds } from '../../../src/local/storeBounds.ts';
import {
  backendRules,
  deadlineRules,
  flagIntervalRule,
  localMemoryRule,
  machineScoped,
  settingNames,
} from '../../../src/settings/schema.ts';
import { assignments, sensitivities } from '../../../src/settings/settings.ts';
import { camelCase, commandOf, rolloutCommands } from '../../../src/vscode/rolloutPorts.ts';

interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly scope?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly if?: Schema;
  readonly else?: Schema;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface WalkthroughStep {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly enablement?: string;
    }[];
    readonly keybindings: readonly { readonly command: string }[];
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly WalkthroughStep[] }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Schema>> };
  };
}

const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
const properties = manifest.contributes.configuration.properties;

function setting(name: (typeof settingNames)[number]): Schema {
  const found = properties[`failsoft.${name}`];
  assert.ok(found, `failsoft.${name} is in the manifest`);
  return found;
}

/** What each folder of a workspace can have its own value of. */
const perFolder: readonly string[] = ['enable', 'disabledLanguages'];

describe('the settings in the manifest', () => {
  it('are those of the schema, no more and no fewer', () => {
    assert.deepEqual(Object.keys(properties).sort(), settingNames.map((name) => `failsoft.${name}`).sort());
  });

  it('can be set in a workspace only where the schema allows it', () => {
    for (const name of settingNames) {
      assert.equal(setting(name).scope, machineScoped.includes(name) ? 'machine' : perFolder.includes(name) ? 'resource' : 'window', name);
    }
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    assert.deepEqual([...restricted].sort(), machineScoped.map((name) => `failsoft.${name}`).sort());
  });

  it('have the defaults that parsing nothing gives, and parse without a problem', () => {
    const raw = {
      enable: setting('enable').default,
      backends: setting('backends').default,
      deadlines: setting('deadlines').default,
      disabledLanguages: setting('disabledLanguages').default,
      localEnable: setting('local.enable').default,
      localMemory: setting('local.memory').default,
      localSensitivity: setting('local.sensitivity').default,
      hedge: setting('hedge').default,
      contextEnable: setting('context.enable').default,
      rollout: {
        policy: setting('rollout.policy').default,
        assignment: setting('rollout.assignment').default,
        killSwitch: setting('rollout.killSwitch').default,
        flagFile: setting('rollout.flagFile').default,
        ofrep: setting('rollout.ofrep').default,
      },
    };
    assert.deepEqual(parseSettings(raw), parseSettings({}));
    assert.deepEqual(parseSettings(raw).problems, []);
  });

  it('name each sensitivity, with a word on it', () => {
    assert.deepEqual(setting('local.sensitivity').enum, sensitivities);
    assert.equal(setting('local.sensitivity').enumDescriptions?.length, sensitivities.length);
  });

  it('have the choices and bounds of rollouts', () => {
    assert.deepEqual(setting('rollout.assignment').enum, assignments);
    assert.equal(setting('rollout.assignment').enumDescriptions?.length, assignments.length);
    const { default: own, minimum, maximum } = setting('rollout.ofrep').properties?.['interval'] ?? {};
    assert.deepEqual({ default: own, minimum, maximum }, flagIntervalRule);
    assert.equal(setting('rollout.ofrep').additionalProperties, false);
    for (const ofrep of setting('rollout.ofrep').examples ?? []) {
      assert.notEqual(parseSettings({ rollout: { ofrep } }).settings.rollout.ofrep, undefined);
    }
  });

  it('have a description each, down to the fields', () => {
    for (const [name, schema] of Object.entries(properties)) {
      assert.ok(schema.markdownDescription, name);
      const fields = { ...schema.properties, ...schema.items?.properties };
      for (const [field, inner] of Object.entries(fields)) assert.ok(inner.description, `${name}.${field}`);
    }
  });

  it('have the default and bounds of the memory of local suggestions', () => {
    const { default: own, minimum, maximum } = setting('local.memory');
    const { default: value, minimum: least, maximum: most } = localMemoryRule;
    assert.deepEqual({ own, minimum, maximum }, { own: value, minimum: least, maximum: most });
    assert.equal(value * 1024 * 1024, storeBounds.bytes);
  });

  it('have the default and bounds of every deadline', () => {
    const { properties: fields = {}, default: value, additionalProperties } = setting('deadlines');
    assert.equal(additionalProperties, false);
    assert.deepEqual(Object.keys(fields).sort(), Object.keys(deadlineRules).sort());
    for (const [name, rule] of Object.entries(deadlineRules)) {
      const { default: own, minimum, maximum } = fields[name] ?? {};
      assert.deepEqual({ own, minimum, maximum }, { own: rule.default, minimum: rule.minimum, maximum: rule.maximum }, name);
      assert.equal((value as Record<string, unknown>)[name], rule.default, name);
    }
  });

  it('have the bounds and choices of a backend', () => {
    const { maxItems, items } = setting('backends');
    assert.equal(maxItems, backendRules.maximumCount);
    assert.equal(items?.additionalProperties, false);
    assert.deepEqual(items?.required, ['model']);
    // Only the editor's own models have no address.
    assert.deepEqual(items?.if?.properties?.['protocol']?.const, 'vscode-lm');
    assert.deepEqual(items?.else?.required, ['baseUrl']);
    const minutes = items?.properties?.['keepAlive']?.anyOf;
    assert.deepEqual(minutes, [{ const: -1 }, { minimum: backendRules.keepAliveMinimum, maximum: backendRules.keepAliveMaximum }]);
    assert.equal(items?.properties?.['protocol']?.enumDescriptions?.length, backendRules.protocols.length);
    assert.equal(items?.properties?.['name']?.maxLength, backendRules.maximumNameLength);
    assert.deepEqual(items?.properties?.['protocol']?.enum, backendRules.protocols);
    assert.deepEqual(items?.properties?.['fim']?.enum, backendRules.fimFormats);
    const [, , ...families] = items?.properties?.['fim']?.enumDescriptions ?? [];
    assert.deepEqual(
      families,
      fimFamilyNames.map((name) => `${fimFamilies[name].title}.`),
    );
  });

  it('accept their own examples', () => {
    for (const backends of setting('backends').examples ?? []) {
      const parsed = parseSettings({ backends });
      assert.deepEqual(parsed.problems, []);
      assert.equal(parsed.settings.backends.length, (backends as unknown[]).length);
    }
  });
});

describe('the commands in the manifest', () => {
  const source = ['commands', 'dashboardDoor', 'dashboardPorts']
    .map((file) => readFileSync(new URL(`src/vscode/${file}.ts`, root), 'utf8'))
    .join('\n');
  const named = [...source.matchAll(/register(?:Command)?\('(failsoft\.\w+)'/g)].map(([, name]) => name);
  const registered = [...named, ...rolloutCommands.map((name) => `failsoft.rollout.${name}`)];
  const declared = manifest.contributes.commands.map(({ command }) => command);

  it('are those that the extension registers', () => assert.deepEqual([...declared].sort(), [...registered].sort()));

  it('have the dashboard loaded when VS Code brings its panel back', () => {
    const type = /dashboardType = '([\w.]+)'/.exec(source)?.[1];
    const { activationEvents } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { activationEvents: string[] };
    assert.ok(activationEvents.includes(`onWebviewPanel:${type}`), type);
  });

  it('of a rollout are offered only when they can be done', () => {
    const context = ['planned', ...rolloutActions.map((action) => `can.${camelCase(action)}`)].map((key) => `failsoft.rollout.${key}`);
    for (const { command, enablement } of manifest.contributes.commands) {
      if (!command.startsWith('failsoft.rollout.')) continue;
      const name = command.slice('failsoft.rollout.'.length);
      const isAlways = name === 'show' || name === 'newPolicy';
      assert.equal(enablement === undefined, isAlways, command);
      if (enablement !== undefined) assert.ok(context.includes(enablement), enablement);
      if (rolloutActions.some((action) => camelCase(action) === name)) assert.equal(enablement, `failsoft.rollout.can.${name}`);
    }
    for (const action of rolloutActions) assert.ok(declared.includes(commandOf(action)), action);
    for (const check of readinessChecks) if (check !== 'shadow') assert.ok(declared.includes(commandOf(check)), check);
  });

  it('stand under one category', () => {
    assert.deepEqual([...new Set(manifest.contributes.commands.map(({ category }) => category))], ['Failsoft']);
  });

  it('are the only ones that keys are bound to', () => {
    for (const { command } of manifest.contributes.keybindings) assert.ok(declared.includes(command), command);
  });
});

describe('the walkthrough in the manifest', () => {
  const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
  const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

  it('has the id that the command opens', () => {
    const source = readFileSync(new URL('src/vscode/commands.ts', root), 'utf8');
    assert.ok(source.includes(`failsoft.failsoft#${manifest.contributes.walkthroughs[0]?.id}`));
  });

  for (const { id, description, media, completionEvents } of steps) {
    it(`step ${id} names commands and settings that there are, and a picture that packaging takes along`, () => {
      for (const [, command = ''] of description.matchAll(/\(command:([\w.]+)\)/g)) assert.ok(commands.has(command), command);
      for (const event of completionEvents) {
        const [kind, name = ''] = event.split(':');
        if (kind === 'onCommand') assert.ok(commands.has(name), name);
        if (kind === 'onSettingChanged') assert.ok(properties[name], name);
      }
      const svg = readFileSync(new URL(media.svg, root), 'utf8');
      // VS Code's content policy drops style elements and attributes, and scripts.
      assert.doesNotMatch(svg, /<style|<script| style=| class=|href=/);
      // Colours are the theme's, so that every theme can be read.
      assert.doesNotMatch(svg, /#[0-9a-f]{3,8}\b|rgb\(/i);
      assert.ok(media.altText.length > 20);
      assert.match(readFileSync(new URL('.vscodeignore', root), 'utf8'), /^!media\/\*\*$/m);
    });
  }
});

describe('the manifest', () => {
  it('claims the VS Code whose types the code is checked against', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
  });

  it('starts the file that the bundler writes', () => {
    const bundler = readFileSync(new URL('esbuild.mjs', root), 'utf8');
    assert.ok(bundler.includes(`'${manifest.main.replace('./', '')}'`));
  });
});
