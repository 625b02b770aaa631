import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  DatasourceDownload,
  reportName,
  type DownloadTotals,
} from '../../model/resources/datasourceDownload.ts';
import { DownloadReport, type DownloadOutcome } from '../../model/resources/downloadReport.ts';
import { DistinctNames, clashingNames, safeFileName } from '../../model/resources/fileName.ts';
import { isOnnaError } from '../../onna/errors.ts';
import type { RowCall } from '../contributions.ts';
import type { Services } from '../services.ts';
import { describeError } from '../text/errorText.ts';
import { confirm, inform, showInformation, showWarning } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import { withCancel } from '../text/progress.ts';
import type { DatasourcePicker, DatasourceTarget } from './targets.ts';

/** Maximum number of failures that are logged for a download. The report contains all of them. */
const maxLoggedFailures = 100;

/** Downloads all files of a Datasource into a folder that the user chooses. */
export class DatasourceDownloads {
  readonly #services: Services;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;
  /** The folders that a download is writing to. */
  readonly #busy = new Set<string>();

  constructor(services: Services, picker: DatasourcePicker, notifier: Notifier) {
    this.#services = services;
    this.#picker = picker;
    this.#notifier = notifier;
  }

  async run(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Download Datasource');
    const target = await this.#picker.resolve(call, title, () => true);
    if (!target) return;
    const name = nodeName(target.datasource);
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Download All Files of “{0}”', name),
        openLabel: vscode.l10n.t('Download Here'),
        canSelectFolders: true,
        canSelectFiles: false,
      })) ?? [];
    if (!chosen) return;
    if (chosen.scheme !== 'file') {
      inform(
        vscode.l10n.t(
          '{0}: choose a folder on the machine that the extension runs on. VS Code cannot continue a download anywhere else.',
          title,
        ),
      );
      return;
    }
    const folder = await this.#folder(chosen.fsPath, name).catch((error: unknown) =>
      this.#notifier.error(vscode.l10n.t('The folder could not be read.'), error).then(() => undefined),
    );
    if (folder !== undefined) await this.#download(target, folder);
  }

  /**
   * The folder for the files. Its name is made from the name of the Datasource. Undefined if the user
   * cancelled.
   */
  async #folder(parent: string, name: string): Promise<string | undefined> {
    const own = safeFileName(name);
    const siblings = await readdir(parent);
    const [there] = clashingNames([own], siblings);
    if (there === undefined || (await isEmptyFolder(path.join(parent, own)))) return path.join(parent, own);
    const goOn = vscode.l10n.t('Continue There');
    const newFolder = vscode.l10n.t('New Folder');
    const question = vscode.l10n.t(
      'The folder “{0}” is not empty. “Continue There” keeps the files that have not changed, and replaces other files of the same name.',
      name,
    );
    const choice = await confirm(question, goOn, newFolder);
    if (choice === goOn) return path.join(parent, own);
    return choice === newFolder ? path.join(parent, new DistinctNames(siblings).add(own)) : undefined;
  }

  async #download(target: DatasourceTarget, folder: string): Promise<void> {
    const { connectionId, datasource } = target;
    const name = nodeName(datasource);
    if (this.#busy.has(folder)) {
      inform(vscode.l10n.t('“{0}” is being downloaded to this folder already.', name));
      return;
    }
    this.#busy.add(folder);
    let failure: unknown;
    let download: DatasourceDownload | undefined;
    try {
      await withCancel(vscode.l10n.t('Downloading “{0}”', name), async (signal, report) => {
        await mkdir(folder, { recursive: true });
        const table = new DownloadReport(path.join(folder, reportName), (error) =>
          describeError(error, 'download'),
        );
        download = new DatasourceDownload({
          client: () => this.#services.client(connectionId),
          clock: this.#services.clock,
          datasource: datasource.path,
          folder,
          ended: (outcome) => {
            table.add(outcome);
            this.#log(outcome, download?.totals.failed ?? 0);
          },
          report: (totals) => report(progressText(totals)),
        });
        try {
          await download.run(signal);
        } finally {
          await table.close();
        }
      });
    } catch (error) {
      failure = error;
    } finally {
      this.#busy.delete(folder);
    }
    await this.#tell(target, folder, download?.totals, failure);
  }

  #log({ path: node, result, error }: DownloadOutcome, failed: number): void {
    if (result === 'failed' && failed < maxLoggedFailures)
      this.#services.log.error(`Could not download “${node}”`, error);
  }

  async #tell(
    target: DatasourceTarget,
    folder: string,
    totals: DownloadTotals | undefined,
    failure: unknown,
  ): Promise<void> {
    const name = nodeName(target.datasource);
    const { saved = 0, present = 0, noFile = 0, failed = 0, firstError } = totals ?? {};
    const counts = [
      saved === 1 ? vscode.l10n.t('1 file saved') : vscode.l10n.t('{0} files saved', saved),
      ...(present > 0 ? [vscode.l10n.t('{0} unchanged', present)] : []),
      ...(noFile > 0 ? [vscode.l10n.t('{0} without a file', noFile)] : []),
      ...(failed > 0 ? [vscode.l10n.t('{0} failed', failed)] : []),
    ].join(', ');
    const openFolder = vscode.l10n.t('Open Folder');
    const showReport = vscode.l10n.t('Show Report');
    const goOn = vscode.l10n.t('Continue');
    const isCancelled = isOnnaError(failure, 'cancelled');
    let choice: string | undefined;
    if (failure === undefined && failed === 0) {
      const message = vscode.l10n.t('“{0}” was downloaded: {1}.', name, counts);
      choice = await showInformation(message, openFolder, showReport);
    } else {
      const head =
        failure === undefined
          ? vscode.l10n.t('Some files of “{0}” could not be downloaded: {1}.', name, counts)
          : isCancelled
            ? vscode.l10n.t('The download of “{0}” was cancelled: {1}.', name, counts)
            : vscode.l10n.t('The download of “{0}” stopped: {1}.', name, counts);
      const reason = isCancelled ? undefined : (failure ?? firstError);
      const message = reason === undefined ? head : `${head} ${describeError(reason, 'download')}`;
      if (failure !== undefined && !isCancelled)
        this.#services.log.error(`The download of “${target.datasource.path}” stopped`, failure);
      choice = await showWarning(message, goOn, ...(totals ? [showReport] : []));
    }
    if (choice === openFolder)
      await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
    if (choice === showReport)
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path.join(folder, reportName)));
    if (choice === goOn) await this.#download(target, folder);
  }
}

async function isEmptyFolder(folder: string): Promise<boolean> {
  return (await readdir(folder)).length === 0;
}

function progressText({ saved, present, failed, noFile, bytes }: DownloadTotals): string {
  const megabytes = (bytes / (1 << 20)).toFixed(1);
  return vscode.l10n.t('{0} files, {1} MB', saved + present + failed + noFile, megabytes);
}
