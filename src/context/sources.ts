import type { Clock } from '../base/clock.ts';
import { detached } from '../base/detached.ts';
import { textBytes } from '../domain/byteStore.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import type { ContextDocument, ContextView, DefinedAt } from '../domain/context.ts';
import { definitionText } from './definitionText.ts';
import type { ContextSource, Finding } from './finding.ts';
import { importsIn, type WrittenImport } from './importPaths.ts';
import { Lookups } from './lookups.ts';
import { calleeAt, type NearSymbol, symbolsNear } from './symbolsNear.ts';

/** More open documents are not looked at, the most recently used first. */
export const maximumOpenFiles = 20;

/** Documents that are open in the editor, the most recently used first. */
export function openFiles(view: ContextView): ContextSource {
  return {
    id: 'open-file',
    gather: ({ documentId, prefix }) =>
      view
        .openDocuments()
        .filter((document) => document.id !== documentId && !isCellWithin(document, documentId, prefix))
        .slice(0, maximumOpenFiles)
        .map((document) => ({ kind: 'open-file', document })),
  };
}

/** Whether it is a cell of the same notebook whose text stands before the cursor already. */
function isCellWithin(document: ContextDocument, documentId: string, prefix: string): boolean {
  const notebook = /^vscode-notebook-cell:[^#]*#/.exec(documentId)?.[0];
  return notebook !== undefined && document.id.startsWith(notebook) && prefix.includes(document.text().replace(/\r\n?/g, '\n'));
}

/** Files that the document imports; those that cannot be found by their path, through the language server. */
export function importedFiles(view: ContextView, clock: Clock): ContextSource {
  const files = new Lookups<ContextDocument>(clock, (document) => textBytes(document.text()));
  const find = async (found: WrittenImport, request: CompletionRequest): Promise<ContextDocument | undefined> => {
    const ids = found.ids.length > 0 ? found.ids : await idsByServer(found, request, view);
    for (const id of ids) {
      // Not even read when it may not be used.
      const document = (await view.mayBeRead(id)) ? await view.read(id) : undefined;
      if (document) return document;
    }
    return undefined;
  };
  const known = (request: CompletionRequest, imports: readonly WrittenImport[]): ContextDocument[] => {
    const open = new Map(view.openDocuments().map((document) => [document.id, document]));
    return imports.flatMap((each) => {
      const document =
        each.ids.map((id) => open.get(id)).find((one) => one !== undefined) ??
        files.get(`${request.documentId}\n${each.written}`, () => find(each, request));
      return document ? [open.get(document.id) ?? document] : [];
    });
  };
  return {
    id: 'import',
    async gather(request, signal) {
      const imports = importsIn(request.prefix, request.languageId, request.documentId);
      known(request, imports);
      await files.answered(signal);
      return known(request, imports).map((document): Finding => ({ kind: 'import', document }));
    },
    bytes: () => files.bytes,
    clear: () => files.clear(),
  };
}

async function idsByServer({ offset }: WrittenImport, request: CompletionRequest, view: ContextView): Promise<string[]> {
  const before = request.prefix.slice(0, offset).split('\n');
  // Where the beginning of the document is missing, lines cannot be counted.
  if (request.line === undefined || request.prefix.split('\n').length - 1 !== request.line) return [];
  const place = { documentId: request.documentId, line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return (await view.definitions(place)).map(({ documentId }) => documentId);
}

interface Definition {
  readonly documentId: string;
  readonly path: string;
  readonly text: string;
}

/** How likely a piece is to help that is not found by its likeness, 0…1; the best windows have some 0.3. */
export const pieceScores = {
  /** Defines a name on the cursor's line, which is about to be used. */
  onLine: 0.9,
  /** Defines a name above, which has been used. */
  above: 0.2,
  error: 0.3,
} as const;

const scoreOf = (symbol: NearSymbol, cursorLine: number): number => (symbol.line === cursorLine ? pieceScores.onLine : pieceScores.above);

/** How the names around the cursor are defined, and the signature of the call that is being typed. */
export function definitions(view: ContextView, clock: Clock): ContextSource {
  const known = new Lookups<Definition>(clock, ({ documentId, path, text }) => textBytes(documentId, path, text));
  const collect = (request: CompletionRequest, line: number): Finding[] => {
    const callee = calleeAt(request.prefix, line);
    const near = symbolsNear(request.prefix, line).filter(({ name }) => name !== callee?.name);
    return [...(callee ? [callee] : []), ...near].flatMap((symbol): Finding[] => {
      const ask = (): Promise<Definition | undefined> => define(symbol, request, symbol === callee, view);
      const found = known.get(`${request.documentId}\n${symbol.name}`, ask);
      if (!found || found.text === '') return [];
      const { documentId, path, text } = found;
      return [{ kind: 'definition', documentId, piece: { kind: 'definition', path, text, score: scoreOf(symbol, line) } }];
    });
  };
  return {
    id: 'definition',
    async gather(request, signal) {
      const { line } = request;
      if (line === undefined) return [];
      collect(request, line);
      await known.answered(signal);
      return collect(request, line);
    },
    bytes: () => known.bytes,
    clear: () => known.clear(),
  };
}

async function define(
  symbol: NearSymbol,
  request: CompletionRequest,
  isCallee: boolean,
  view: ContextView,
): Promise<Definition | undefined> {
  const place = { documentId: request.documentId, line: symbol.line, character: symbol.character };
  // What is in this document stands in the prompt anyway; but the type of a value may be of another one.
  const isElsewhere = ({ documentId }: DefinedAt): boolean => documentId !== request.documentId;
  const target = (await view.definitions(place)).find(isElsewhere) ?? (await view.typeDefinitions(place)).find(isElsewhere);
  if (!target || !(await view.mayBeRead(target.documentId))) return undefined;
  const document = await view.read(target.documentId);
  if (document) return { documentId: document.id, path: document.path, text: detached(definitionText(document.text(), target.line)) };
  // A library's file is too large or lies outside; how it is called is enough.
  const signature = isCallee && request.line !== undefined ? await view.signature(cursorOf(request, request.line)) : undefined;
  return signature === undefined ? undefined : { documentId: target.documentId, path: request.path, text: signature };
}

function cursorOf({ documentId, prefix }: CompletionRequest, line: number): { documentId: string; line: number; character: number } {
  return { documentId, line, character: prefix.length - prefix.lastIndexOf('\n') - 1 };
}

/** Errors so near to the cursor may be what the person is about to mend. */
export const errorReach = { lines: 12, count: 3, characters: 200 } as const;

/** Errors around the cursor; not those of its own line, which is not finished. */
export function diagnostics(view: ContextView): ContextSource {
  return {
    id: 'diagnostic',
    gather({ documentId, path, line: cursor }) {
      if (cursor === undefined) return [];
      const messages = view
        .errors(documentId)
        .filter(({ line }) => line !== cursor && Math.abs(line - cursor) <= errorReach.lines)
        .slice(0, errorReach.count)
        .map(({ message }) => (message.split('\n', 1)[0] ?? '').slice(0, errorReach.characters));
      const text = [...new Set(messages)].join('\n');
      return text === '' ? [] : [{ kind: 'diagnostic', documentId, piece: { kind: 'diagnostic', path, text, score: pieceScores.error } }];
    },
  };
}
