import * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import type { ExceptionMarks, MarksChange } from '../../model/resources/exceptionMarks.ts';
import { rowUri } from '../documents/uris.ts';
import { markWords } from '../text/exceptionText.ts';
import type { DatasourcePaths } from './datasourcePaths.ts';
import { maxNamed } from './decorations.ts';

/** Provides badges and colors of Resources that could not be collected or processed. */
export class ExceptionDecorations extends Owner implements vscode.FileDecorationProvider {
  readonly #marks: Pick<ExceptionMarks, 'get' | 'onDidChange'>;
  readonly #paths: DatasourcePaths;
  readonly #changes = this.register(new Emitter<vscode.Uri[] | undefined>());
  readonly onDidChangeFileDecorations = this.#changes.event;

  constructor(marks: Pick<ExceptionMarks, 'get' | 'onDidChange'>, paths: DatasourcePaths) {
    super();
    this.#marks = marks;
    this.#paths = paths;
    this.register(vscode.window.registerFileDecorationProvider(this));
    this.register(marks.onDidChange((change) => this.#follow(change)));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const found = this.#paths.findAbove(uri);
    const mark = found && this.#marks.get(found.connectionId, found.datasource.id, found.path);
    if (!mark) return undefined;
    return mark.isNote
      ? new vscode.FileDecoration('N', markWords(mark), new vscode.ThemeColor('list.warningForeground'))
      : new vscode.FileDecoration('!', markWords(mark), new vscode.ThemeColor('list.errorForeground'));
  }

  #follow({ connectionId, paths }: MarksChange): void {
    this.#changes.fire(paths.length > maxNamed ? undefined : paths.map((path) => rowUri(connectionId, path)));
  }
}
