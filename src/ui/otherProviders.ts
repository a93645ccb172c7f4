import { oneLine } from './plainText.ts';

/** What is looked at of an extension. */
export interface OtherExtension {
  readonly id: string;
  readonly isActive: boolean;
  /** Its manifest; whatever it is. */
  readonly packageJSON: unknown;
}

/** An extension that offers inline suggestions too. */
export interface OtherProvider {
  readonly id: string;
  readonly name: string;
  /** False: only its manifest says so. */
  readonly isKnown: boolean;
}

/** Reads an effective setting by its full name; `undefined` when there is none. */
export type ReadSetting = (name: string) => unknown;

/**
 * Extensions that are known to offer inline suggestions, each with the setting that switches these off, where it has one: `false`,
 * or an object whose `*` is false. All in lower case: identifiers of extensions do not tell cases apart.
 */
const known: ReadonlyMap<string, string | undefined> = new Map([
  ['github.copilot', 'github.copilot.enable'],
  ['github.copilot-chat', 'github.copilot.enable'],
  ['codeium.codeium', 'codeium.enableConfig'],
  ['continue.continue', 'continue.enableTabAutocomplete'],
  ['gitlab.gitlab-workflow', 'gitlab.duoCodeSuggestions.enabled'],
  ...[
    'alibaba-cloud.tongyi-lingma',
    'amazonwebservices.amazon-q-vscode',
    'aminer.codegeex',
    'augment.vscode-augment',
    'blackboxapp.blackbox',
    'ggml-org.llama-vscode',
    'google.geminicodeassist',
    'huggingface.huggingface-vscode',
    'rjmacarthy.twinny',
    'smallcloud.codify',
    'sourcegraph.cody-ai',
    'supermaven.supermaven',
    'tabbyml.vscode-tabby',
    'tabnine.tabnine-vscode',
    'visualstudioexptteam.vscodeintellicode-completions',
  ].map((id): [string, undefined] => [id, undefined]),
]);

/** Those of GitHub Copilot, which comes with VS Code and does nothing until the person signs in. */
export const copilotIds: readonly string[] = ['github.copilot', 'github.copilot-chat'];

const aiCategories = ['ai', 'machine learning'];
const keyword =
  /^(?:inline[- ]?(?:completions?|suggestions?)|ghost[- ]?text|(?:ai[- ])?auto-?complet(?:e|ion)|(?:ai[- ])?code[- ]?completions?)$/i;
/** Proposed API that only providers of inline suggestions use. */
const proposal = /^inlineCompletions/;

/** The active ones that offer inline suggestions too, as far as can be told: VS Code has no list of them. */
export function otherProviders(extensions: readonly OtherExtension[], setting: ReadSetting): OtherProvider[] {
  return extensions.flatMap(({ id, isActive, packageJSON }) => {
    const ours = id.toLowerCase();
    if (!isActive || ours === 'failsoft.failsoft') return [];
    const manifest = (typeof packageJSON === 'object' ? packageJSON : undefined) as Readonly<Record<string, unknown>> | null | undefined;
    const isKnown = known.has(ours);
    if (isKnown ? isSwitchedOff(known.get(ours), setting) : !isHinted(manifest)) return [];
    const name = typeof manifest?.['displayName'] === 'string' ? manifest['displayName'] : id;
    return [{ id, name: oneLine(name, 60), isKnown }];
  });
}

function isSwitchedOff(name: string | undefined, setting: ReadSetting): boolean {
  const value = name === undefined ? undefined : setting(name);
  return value === false || (typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)['*'] === false);
}

/** A keyword alone is no sign: extensions that complete paths or words have it as well. */
function isHinted(manifest: Readonly<Record<string, unknown>> | null | undefined): boolean {
  if (textsIn(manifest?.['enabledApiProposals']).some((each) => proposal.test(each))) return true;
  const isAi = textsIn(manifest?.['categories']).some((each) => aiCategories.includes(each.toLowerCase()));
  return isAi && textsIn(manifest?.['keywords']).some((each) => keyword.test(each));
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The answers to the question; closing it counts as the first. */
export const otherAnswers = { both: 'Use Both', off: 'Turn Off Failsoft', show: 'Show the Other' } as const;

/** The question about one or several others. */
export function otherQuestion(others: readonly OtherProvider[]): string {
  const names = others.map(({ name }) => name).join(' and ');
  const seems = others.every(({ isKnown }) => isKnown)
    ? others.length === 1
      ? 'offers'
      : 'offer'
    : others.length === 1
      ? 'seems to offer'
      : 'seem to offer';
  return `${names} ${seems} inline suggestions too. VS Code asks every extension and shows one suggestion at a time, so with several you cannot know whose comes first.`;
}
