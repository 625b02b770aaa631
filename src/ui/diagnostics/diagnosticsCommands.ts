import { homedir } from 'node:os';
import { Readable } from 'node:stream';
import { strToU8, zipSync } from 'fflate';
import * as vscode from 'vscode';
import {
  diagnosticFiles,
  shownText,
  type DiagnosticFiles,
  type TestResult,
} from '../../model/diagnostics/diagnosticFiles.ts';
import { Redactor, wordsOf } from '../../model/diagnostics/redactor.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';
import { testConnection } from '../accounts/connectionTest.ts';
import { saveDownload } from '../commands/saveDownload.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import type { Services } from '../services.ts';
import { inform, showInformation } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { withCancel } from '../text/progress.ts';
import { proxyAddresses, settingFacts, versionFacts } from './environmentFacts.ts';
import { knownData } from './knownData.ts';

/** The name of the document. package.json uses it as a condition. */
const documentName = 'Onna diagnostics.txt';
/** Words of the extension's log messages that do not occur in its translatable strings. */
const technicalWords = ['undici', 'fetch', 'code’s', 'vs', 'through', 'support'];

interface DiagnosticsParts {
  readonly context: vscode.ExtensionContext;
  readonly services: Services;
  readonly documents: OnnaDocuments;
  readonly notifier: Notifier;
}

/** *Collect Diagnostics…*: shows the collected files, and saves them as a zip. Nothing is sent anywhere. */
export class DiagnosticsCommands {
  readonly #parts: DiagnosticsParts;
  /** The files that the document shows. */
  #shown: DiagnosticFiles | undefined;

  constructor(parts: DiagnosticsParts) {
    this.#parts = parts;
  }

  /** Collects the diagnostics, shows them in a read-only document, and offers to save them. */
  async collect(): Promise<void> {
    const { services, documents } = this.#parts;
    await services.ready();
    const isNamesAllowed = await askForNames();
    if (isNamesAllowed === undefined) return;
    const title = vscode.l10n.t('Collecting diagnostics');
    const files = await withCancel(title, (signal) => this.#files(isNamesAllowed, signal));
    if (!files) return;
    this.#shown = files;
    await documents.openText(documentName, shownText(files));
    const save = vscode.l10n.t('Save…');
    const message = vscode.l10n.t('The document shows everything that will be saved. Nothing is sent.');
    if ((await showInformation(message, save)) === save) await this.save();
  }

  /** Asks for a file, and saves the diagnostics that the document shows. */
  async save(): Promise<void> {
    const files = this.#shown;
    if (!files) {
      inform(vscode.l10n.t('Collect the diagnostics first.'));
      return;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
    const day = new Date(this.#parts.services.clock.now()).toISOString().slice(0, 10);
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save Diagnostics'),
      defaultUri: vscode.Uri.joinPath(folder, `onna-diagnostics-${day}.zip`),
      filters: { ZIP: ['zip'] },
    });
    if (target) await this.#write(files, target);
  }

  async #write(files: DiagnosticFiles, target: vscode.Uri): Promise<void> {
    const { signal } = new AbortController();
    try {
      await saveDownload(zipOf(files, this.#parts.services.clock.now()), target, {
        overwrite: true,
        signal,
        report: () => undefined,
      });
    } catch (error) {
      const message = vscode.l10n.t('The diagnostics could not be saved.');
      await this.#parts.notifier.error(message, error, () => this.#write(files, target), 'download');
      return;
    }
    inform(vscode.l10n.t('The diagnostics were saved.'));
  }

  /** @returns Undefined if the user has cancelled. */
  async #files(isNamesAllowed: boolean, signal: AbortSignal): Promise<DiagnosticFiles | undefined> {
    const { context, services } = this.#parts;
    const { store, clock, log, settings } = services;
    const tests = new Map<string, TestResult>();
    await Promise.all(
      store.connections().map(async ({ connection }) => {
        const result = await testConnection(services, connection, signal).then(
          ({ durationMs, transport }): TestResult => ({ isReached: true, durationMs, transport }),
          (error: unknown): TestResult => ({ isReached: false, failure: failureName(error) }),
        );
        tests.set(connection.id, result);
      }),
    );
    // Read the secrets last, because a token may have been renewed during the tests.
    const data = await knownData(context.secrets, store.connections(), [
      settings.get('onna.server'),
      ...proxyAddresses(),
    ]);
    const redactor = new Redactor(data, isNamesAllowed, await this.#vocabulary());
    if (signal.aborted) return undefined;
    return diagnosticFiles(
      {
        at: clock.now(),
        versions: versionFacts(context),
        settings: settingFacts(settings, redactor),
        snapshots: store.connections(),
        tests,
        log: log.recent.entries(),
      },
      redactor,
    );
  }

  /** The words of the extension's own texts, in English and in the display language. */
  async #vocabulary(): Promise<ReadonlySet<string>> {
    const file = vscode.Uri.joinPath(this.#parts.context.extensionUri, 'l10n', 'bundle.l10n.json');
    const bundle: unknown = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(file)).toString());
    const english = Object.values(bundle ?? {}).filter((text) => typeof text === 'string');
    return wordsOf([...english, ...Object.values(vscode.l10n.bundle ?? {}), ...technicalWords]);
  }
}

async function askForNames(): Promise<boolean | undefined> {
  const items = [
    {
      label: vscode.l10n.t('Without Names'),
      detail: vscode.l10n.t('Leaves out users, accounts, titles, paths and file names'),
      isAllowed: false,
    },
    {
      label: vscode.l10n.t('With Names'),
      detail: vscode.l10n.t(
        'Includes users, accounts, titles, paths, file names, and the messages of the service',
      ),
      isAllowed: true,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Collect Diagnostics'),
    placeHolder: vscode.l10n.t('Secrets and server addresses are always left out'),
  });
  return picked?.isAllowed;
}

/** The kind of a failure, with its status or code. It contains no text from the service. */
function failureName(error: unknown): string {
  if (!(error instanceof OnnaError)) return error instanceof Error ? error.name : 'unknown';
  const { failure } = error;
  const status = 'status' in failure ? ` ${failure.status ?? ''}` : '';
  const code = 'code' in failure ? ` ${failure.code ?? ''}` : '';
  return `${failure.kind}${status}${code}`.trim();
}

/** A zip of the files, in the form of a download. */
function zipOf(files: DiagnosticFiles, at: number): TransportResponse {
  const texts = [...files].map(([name, text]) => [name, strToU8(text)] as const);
  const body = Readable.from([Buffer.from(zipSync(Object.fromEntries(texts), { mtime: at }))]);
  const destroy = (): void => void body.destroy();
  return { status: 200, statusText: '', headers: new Map(), body, destroy };
}
