import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { ContextDocument, ContextView, DefinedAt, Place } from '../domain/context.ts';
import { lengthOf, pathOf } from './editorDocumentText.ts';
import { maximumModelLength, writingSchemes } from './eligibility.ts';
import type { IgnoreFiles } from './ignoreFiles.ts';
import type { Switches } from './switches.ts';

/** Larger files that are not open are not read, in bytes: what is imported and longer is seldom written by hand. */
export const readBound = 64 * 1024;

/** What the view has to be told. */
export interface ContextViewOptions {
  /** The open documents in the order of their use. */
  readonly openDocuments: () => readonly vscode.TextDocument[];
  readonly ignored: Pick<IgnoreFiles, 'denialOf' | 'knownDenialOf'>;
  /** Who switches a file off does not want it to be sent, as context no more than by itself. */
  readonly switches: Pick<Switches, 'isOff'>;
  readonly logger: Logger;
}

/** The editor as the context sources see it. Holds no document: whatever it hands out is made anew from a URI. */
export function createContextView({ openDocuments, ignored, switches, logger }: ContextViewOptions): ContextView & Disposable {
  const touched = new Emitter<ContextDocument>((error) => logger.error(`context: ${messageOf(error)}`));
  const touch = (document: vscode.TextDocument | undefined): void => {
    if (document && isUseful(document)) touched.fire(contextDocument(document));
  };
  const subscriptions = [
    vscode.window.onDidChangeActiveTextEditor((editor) => touch(editor?.document)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => contentChanges.length > 0 && touch(document)),
  ];
  return {
    openDocuments: () => openDocuments().filter(isUseful).map(contextDocument),
    read,
    definitions: (place) => definedAt('vscode.executeDefinitionProvider', place),
    typeDefinitions: (place) => definedAt('vscode.executeTypeDefinitionProvider', place),
    signature,
    errors: (documentId) =>
      vscode.languages
        .getDiagnostics(vscode.Uri.parse(documentId))
        .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
        .map(({ range, message }) => ({ line: range.start.line, message })),
    onDidTouch: touched.event,
    mayLeave(documentId) {
      const uri = vscode.Uri.parse(documentId);
      return !switches.isOff(uri) && !ignored.denialOf({ uri });
    },
    async mayBeRead(documentId) {
      const uri = vscode.Uri.parse(documentId);
      return !switches.isOff(uri) && !(await ignored.knownDenialOf({ uri }));
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      touched.dispose();
    },
  };
}

function isUseful(document: vscode.TextDocument): boolean {
  const { scheme } = document.uri;
  return (writingSchemes as readonly string[]).includes(scheme) && !document.isClosed && lengthOf(document) <= maximumModelLength;
}

function contextDocument(document: vscode.TextDocument): ContextDocument {
  const { uri, version } = document;
  return { id: uri.toString(), path: pathOf(uri), version, text: () => document.getText() };
}

function openDocument(id: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.toString() === id);
}

/** An open document, else a file; opening it as a document would start language servers on it. */
async function read(id: string): Promise<ContextDocument | undefined> {
  const open = openDocument(id);
  // Answers are kept for a while; the document itself may be closed meanwhile.
  if (open) return isUseful(open) ? { ...contextDocument(open), text: () => openDocument(id)?.getText() ?? '' } : undefined;
  const uri = vscode.Uri.parse(id);
  // Code outside of the workspace is somebody else's; a library's signatures come from the language server.
  if (!(writingSchemes as readonly string[]).includes(uri.scheme) || !vscode.workspace.getWorkspaceFolder(uri)) return undefined;
  const { type, size, mtime } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.File) === 0 || size > readBound) return undefined;
  const bytes = await vscode.workspace.fs.readFile(uri);
  const text = new TextDecoder().decode(bytes);
  if (text.includes('\u0000')) return undefined;
  return { id, path: pathOf(uri), version: mtime, text: () => text };
}

async function definedAt(command: string, { documentId, line, character }: Place): Promise<readonly DefinedAt[]> {
  const found = await vscode.commands.executeCommand<readonly (vscode.Location | vscode.LocationLink)[] | undefined>(
    command,
    vscode.Uri.parse(documentId),
    new vscode.Position(line, character),
  );
  return (found ?? []).slice(0, 4).map((each) => {
    const [uri, range] = 'targetUri' in each ? [each.targetUri, each.targetRange] : [each.uri, each.range];
    return { documentId: uri.toString(), line: range.start.line };
  });
}

/** Only the label: documentation is prose, and long. */
async function signature({ documentId, line, character }: Place): Promise<string | undefined> {
  const help = await vscode.commands.executeCommand<vscode.SignatureHelp | undefined>(
    'vscode.executeSignatureHelpProvider',
    vscode.Uri.parse(documentId),
    new vscode.Position(line, character),
  );
  return help?.signatures[help.activeSignature]?.label.replace(/\s+/g, ' ').slice(0, 300);
}
