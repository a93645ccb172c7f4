import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';

const scheme = 'failsoft-report';

/** Documents in Markdown that can be read and not changed, until the window closes. One a title, and there are few titles. */
export class ReportDocuments implements Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: this.#changed.event,
    provideTextDocumentContent: ({ path }) => this.#texts.get(path) ?? 'This report is not there any more; run its command again.',
  });

  /** Opens it as a reader sees it. @param title also its name, without the ending */
  async show(title: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${title.replaceAll(/[/\\?#]/g, ' ')}.md` });
    this.#texts.set(uri.path, markdown);
    this.#changed.fire(uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // The preview is an extension, and can be switched off.
      await vscode.window.showTextDocument(uri, { preview: true });
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
