import * as vscode from 'vscode';
import { uriScheme } from '../../ids.ts';
import { Emitter, Owner } from '../../base/event.ts';
import { readResource } from '../../model/resources/resourceContent.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { NodePath } from '../../onna/address.ts';
import { describeError } from '../text/errorText.ts';
import type { LogReader } from '../../model/history/logReader.ts';
import { logText } from './logText.ts';
import type { DocumentKind, NodeUri } from './nodeUriParts.ts';
import { parseUri } from './uris.ts';

/** The query of the URI of a text that exists only in memory. */
const inMemory = 'memory';

/** Maximum size of a text document, in bytes. VS Code turns off features for larger documents. */
const textLimitBytes = 20 << 20;

/**
 * The read-only documents of the `onna:` scheme: the text of a Resource, the JSON of a node, the logs of a
 * Datasource.
 */
export class OnnaDocuments extends Owner implements vscode.TextDocumentContentProvider {
  readonly #changes = this.register(new Emitter<vscode.Uri>());
  readonly onDidChange = this.#changes.event;
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #logs: LogReader;
  readonly #ready: () => Promise<void>;
  /** The texts that exist only in memory, by name. */
  readonly #texts = new Map<string, string>();

  constructor(
    client: (connectionId: string) => Promise<OnnaClient>,
    logs: LogReader,
    ready: () => Promise<void>,
  ) {
    super();
    this.#client = client;
    this.#logs = logs;
    this.#ready = ready;
  }

  /**
   * Opens a document, by default in a preview tab. If VS Code has cached the document, reloads it, because
   * its text may be outdated or an error message.
   */
  async open(uri: vscode.Uri, preview = true): Promise<vscode.TextDocument> {
    const isKept = vscode.workspace.textDocuments.some(
      (document) => document.uri.toString() === uri.toString(),
    );
    const document = await vscode.workspace.openTextDocument(uri);
    if (isKept) this.#changes.fire(uri);
    await vscode.window.showTextDocument(document, { preview });
    return document;
  }

  /** Shows a text that exists only in memory, until the window is closed or reloaded. */
  async openText(name: string, text: string): Promise<void> {
    this.#texts.set(`/${name}`, text);
    await this.open(vscode.Uri.from({ scheme: uriScheme, path: `/${name}`, query: inMemory }), false);
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    if (uri.query === inMemory)
      return (
        this.#texts.get(uri.path) ?? vscode.l10n.t('This text is no longer available. Run the command again.')
      );
    const target = parseUri(uri);
    if (!target || target.kind === 'row' || target.kind === 'file') return '';
    // After a window reload, VS Code may request the document before the accounts are loaded.
    await this.#ready();
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      return await this.#text(target, target.kind, abort.signal);
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      // This is not a failure: the Resource has no content.
      if (isOnnaError(error, 'noContent')) return describeError(error, 'document');
      const moment = isLog(target.kind) ? 'logDocument' : 'document';
      return vscode.l10n.t('The document could not be loaded. {0}', describeError(error, moment));
    } finally {
      listener.dispose();
    }
  }

  async #text(target: NodeUri, kind: DocumentKind, signal: AbortSignal): Promise<string> {
    const { connectionId, path } = target;
    if (isLog(kind)) return logText(this.#logs, { connectionId, path }, logOf[kind], signal);
    const client = await this.#client(connectionId);
    return kind === 'properties' ? client.nodeText(path, signal) : resourceText(client, path, signal);
  }
}

/** The log that each kind of document shows. */
const logOf = { collectionLog: 'collection', processingLog: 'processing', auditLog: 'audit' } as const;

function isLog(kind: DocumentKind): kind is keyof typeof logOf {
  return Object.hasOwn(logOf, kind);
}

/** The text of a Resource, or a sentence that explains why it has no text. */
async function resourceText(client: OnnaClient, path: NodePath, signal: AbortSignal): Promise<string> {
  const content = await readResource(client, path, textLimitBytes, signal);
  return content.kind === 'text'
    ? content.text
    : vscode.l10n.t(
        'No text has been extracted from this Resource yet ({0}). Use “Download” in its context menu to save the file itself.',
        content.contentType,
      );
}
