import ts from 'typescript';
import type { DefinedAt, Place } from '../../src/domain/context.ts';

/** TypeScript's own language service over a project of strings, with one document that changes. */
export class LanguageServer {
  readonly #files: ReadonlyMap<string, string>;
  readonly #service: ts.LanguageService;
  #current = { id: '', text: '', version: 0 };

  /** @param files by URI; all below `file:///` */
  constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
    const names = [...files.keys()].map(nameOf);
    const textOf = (name: string): string | undefined => {
      const id = `file://${name}`;
      return id === this.#current.id ? this.#current.text : (this.#files.get(id) ?? ts.sys.readFile(name));
    };
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => names,
      getScriptVersion: (name) => (`file://${name}` === this.#current.id ? `${this.#current.version}` : '0'),
      getScriptSnapshot: (name) => {
        const text = textOf(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => '/shop',
      getCompilationSettings: () => ({
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        allowImportingTsExtensions: true,
        noEmit: true,
      }),
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (name) => textOf(name) !== undefined,
      readFile: textOf,
    });
  }

  /** The text of the document in which somebody types. */
  change(id: string, text: string): void {
    this.#current = { id, text, version: this.#current.version + 1 };
  }

  /** Where the name at a place is defined. */
  definitions(place: Place): readonly DefinedAt[] {
    return this.#find(place, (name, offset) => this.#service.getDefinitionAtPosition(name, offset));
  }

  /** Where the type of the value at a place is defined. */
  typeDefinitions(place: Place): readonly DefinedAt[] {
    return this.#find(place, (name, offset) => this.#service.getTypeDefinitionAtPosition(name, offset));
  }

  #find(
    { documentId, line, character }: Place,
    ask: (name: string, offset: number) => readonly ts.DefinitionInfo[] | undefined,
  ): readonly DefinedAt[] {
    const source = this.#service.getProgram()?.getSourceFile(nameOf(documentId));
    if (!source) return [];
    const offset = ts.getPositionOfLineAndCharacter(source, line, character);
    return (ask(nameOf(documentId), offset) ?? []).map(({ fileName, textSpan }) => {
      const target = this.#service.getProgram()?.getSourceFile(fileName);
      const at = target ? ts.getLineAndCharacterOfPosition(target, textSpan.start).line : 0;
      return { documentId: `file://${fileName}`, line: at };
    });
  }
}

function nameOf(id: string): string {
  return id.replace('file://', '');
}
