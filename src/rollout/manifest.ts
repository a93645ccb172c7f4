import { createHash } from 'node:crypto';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { jsonWords } from '../domain/jsonWords.ts';
import { ManifestProblems, type ManifestProblem } from './manifestProblem.ts';
import { readByRule } from './manifestReader.ts';
import { manifestBytes, manifestRules, manifestVersion } from './manifestRules.ts';
import { checkMeaning } from './manifestMeaning.ts';
import type { ManifestFile } from './manifestFile.ts';
import type { Manifest } from './policy.ts';

/** A policy file as it was understood, or why it was not. */
export type ParsedManifest = { readonly manifest: Manifest } | { readonly problems: readonly ManifestProblem[] };

/**
 * Reads a policy file: JSON, in which comments and trailing commas are allowed. Every default is filled in from `manifestRules`.
 * Never throws. A file with a single problem is refused as a whole: half a policy is another policy than the one that was written.
 */
export function parseManifest(text: string): ParsedManifest {
  const problems = new ManifestProblems(text);
  const root = readTree(text, problems);
  if (root === undefined) return { problems: problems.all };
  const version = root.children?.find((property) => property.children?.[0]?.value === 'version')?.children?.[1];
  if (typeof version?.value === 'number' && version.value > manifestVersion) {
    // What else such a file says cannot be judged by these rules.
    problems.add(
      'version',
      version,
      `version is ${version.value}, written for a newer Failsoft; allowed is ${manifestVersion}. Please update Failsoft`,
    );
    return { problems: problems.all };
  }
  const file = readByRule(manifestRules, root, '', problems) as ManifestFile;
  if (problems.areNone) checkMeaning(file, root, problems);
  return problems.areNone ? { manifest: manifestOf(file) } : { problems: problems.all };
}

/** The tree of the file, or `undefined` and what is wrong with its JSON. */
function readTree(text: string, problems: ManifestProblems): Node | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > manifestBytes) {
    problems.add('', { offset: 0, length: 0 }, `the policy file has ${bytes} bytes, allowed are ${manifestBytes}`);
    return undefined;
  }
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    // A byte order mark is no part of JSON, and some editors write one; a blank keeps every position.
    root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  } catch {
    // Thousands of nested brackets exhaust the parser's stack.
    problems.add('', { offset: 0, length: 0 }, 'the policy file is nested too deeply to be read, allowed are the levels of its schema');
    return undefined;
  }
  // Those behind the first are mostly its consequences.
  const [error] = errors;
  if (error) {
    problems.add('', error, `the policy file is no JSON here: ${jsonWords(printParseErrorCode(error.error))}`);
    return undefined;
  }
  if (root?.type === 'object') return root;
  problems.add(
    '',
    root ?? { offset: 0, length: 0 },
    `the policy file is ${root === undefined ? 'empty' : 'no object'}, allowed is an object`,
  );
  return undefined;
}

function manifestOf(file: ManifestFile): Manifest {
  const { gates, off, evidence } = file;
  const said: Omit<Manifest, 'hash'> = {
    name: file.name,
    baseline: file.baseline,
    candidate: file.candidate,
    stages: file.stages,
    soak: file.soak,
    gates: {
      latency: gates.latency,
      errors: gates.errors,
      capacity: gates.capacity,
      filter: gates.filter,
      badRequest: gates['bad-request'],
      acceptance: gates.acceptance,
      retention: gates.retention,
      hallucination: gates.hallucination,
      memory: gates.memory,
    },
    off: (Object.keys(off) as (keyof typeof off)[]).sort(),
    offReasons: off,
    ...(file.baselineP99 === undefined ? {} : { baselineP99: file.baselineP99 }),
    readiness: file.readiness,
    rehearsalFor: file.rehearsalFor,
    shadow: file.shadow,
    capacity: file.capacity,
    control: file.control,
    languages: file.languages,
    evidence: evidence.kind === 'fleet' ? { kind: 'fleet', url: evidence.url ?? '' } : { kind: 'own' },
    blocked: file.blocked,
    ...(file.pinned === undefined ? {} : { pinned: file.pinned }),
  };
  const hash = createHash('sha256').update(canonical(said)).digest('hex');
  return deepFrozen({ ...said, hash });
}

/** The same text for the same content, whatever the order of the fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

function deepFrozen<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) if (typeof inner === 'object' && inner !== null) deepFrozen(inner);
  return Object.freeze(value);
}
