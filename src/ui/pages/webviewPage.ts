import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml, type FirstCode } from './pageHtml.ts';

/** Permissions of a page: it may run its script and load its own files. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    localResourceRoots: [
      vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
      vscode.Uri.joinPath(extensionUri, 'media'),
    ],
  };
}

/** A page of this extension and the data for its document. */
export interface PageFiles {
  /** The file name of the page's script and style sheet, without extension. */
  readonly name: 'search' | 'details';
  readonly title: string;
  /** Default: VS Code shows the page when it has loaded its files. */
  readonly first?: FirstCode;
  /** The page's texts. */
  readonly strings: unknown;
  /** More data for the page's script, by name in kebab case. */
  readonly data?: Readonly<Record<string, string>>;
  /** Additional fields of `data-vscode-context`, for the page's context menus. */
  readonly context?: Readonly<Record<string, string>>;
}

/** @throws a file system error if a file of the page is missing. Without its script, the page would stay empty. */
export async function checkPageFiles(extensionUri: vscode.Uri, name: PageFiles['name']): Promise<void> {
  for (const file of [`${name}.js`, `${name}.css`])
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file));
}

/**
 * Reads the code of the details page that its document contains.
 * @throws a file system error if a file of the page is missing
 */
export async function readFirstCode(extensionUri: vscode.Uri): Promise<FirstCode> {
  const read = async (file: string): Promise<string> => {
    const uri = vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  };
  const [script, styles] = await Promise.all([
    read('detailsFirst.js'),
    read('details.css'),
    checkPageFiles(extensionUri, 'details'),
  ]);
  return { script, styles };
}

/** The HTML document of a page in `webview`. */
export function documentOf(webview: vscode.Webview, extensionUri: vscode.Uri, page: PageFiles): string {
  const uri = (...path: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  return pageHtml({
    cspSource: webview.cspSource,
    nonce: randomUUID(),
    scriptUri: uri('dist', 'webview', `${page.name}.js`),
    styleUris: [
      uri('dist', 'webview', 'codicon.css'),
      ...(page.first ? [] : [uri('dist', 'webview', `${page.name}.css`)]),
    ],
    first: page.first,
    language: vscode.env.language,
    title: page.title,
    notLoaded: vscode.l10n.t('This page could not be loaded. Close it, and open it again.'),
    data: {
      strings: JSON.stringify(page.strings),
      'vscode-context': JSON.stringify({ preventDefaultContextMenuItems: true, ...page.context }),
      ...page.data,
    },
  });
}
