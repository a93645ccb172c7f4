/** What the editor says against a place in a document, in offsets in UTF-16 units. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly start: number;
  readonly end: number;
  /** '' where it has none. */
  readonly code: string;
  readonly message: string;
}

/** What a problem says does not exist. */
export type Unknown = 'import' | 'name';

/**
 * Codes by which language servers say that something is not there, each with its own list of codes:
 * TypeScript's diagnosticMessages.json, Pyright's configuration.md, rustc's error index, gopls' typesinternal/errorcode.go,
 * clang's DiagnosticSemaKinds.td, the C# compiler's messages, Eclipse JDT's IProblem.
 */
const codes: Readonly<Record<Unknown, ReadonlySet<string>>> = {
  import: new Set([
    ...['2307', '2792', '2305', '2614', '1192'],
    ...['reportMissingImports', 'reportMissingModuleSource'],
    ...['E0432', 'E0433'],
    ...['BrokenImport', 'UndeclaredImportedName'],
    ...['pp_file_not_found'],
    ...['CS0234', 'CS0246'],
    ...['268435846'],
  ]),
  name: new Set([
    ...['2304', '2339', '2551', '2552', '2503', '2663'],
    ...['reportUndefinedVariable', 'reportAttributeAccessIssue'],
    ...['E0412', 'E0425', 'E0599', 'E0609'],
    ...['UndeclaredName', 'MissingFieldOrMethod'],
    ...['undeclared_var_use', 'undeclared_var_use_suggest', 'no_member', 'no_member_suggest', 'unknown_typename'],
    ...['CS0103', 'CS0117', 'CS1061'],
    ...['16777218', '33554502', '33554515', '67108964', '570425394'],
  ]),
};

/** For servers without such a code, in their own English words. */
const words: Readonly<Record<Unknown, RegExp>> = {
  import:
    /\b(?:cannot find module|no module named|could not resolve (?:import|module)|unresolved import|import .{1,200} could not be resolved)/i,
  name: /\b(?:cannot find name|undefined (?:name|variable|function|method|type)|unresolved reference|undeclared (?:name|identifier)|cannot be resolved to|is not defined)/i,
};

/** What this problem says is not there; `undefined` when it is about something else. */
export function unknownIn({ code, message }: Pick<Problem, 'code' | 'message'>): Unknown | undefined {
  for (const kind of ['import', 'name'] as const) if (codes[kind].has(code)) return kind;
  for (const kind of ['import', 'name'] as const) if (words[kind].test(message.slice(0, 500))) return kind;
  return undefined;
}
