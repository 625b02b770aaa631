import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { clashingNames, distinctNames, safeFileName } from '../../model/resources/fileName.ts';
import { openFile, openFileAt, type FilePart } from '../../model/resources/resourceContent.ts';
import { downloadResumably } from '../../model/resources/resumableDownload.ts';
import type { SaveProgress } from '../../model/resources/saveFile.ts';
import { lastSegment } from '../../onna/address.ts';
import { confirm, showInformation } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { saveDownload } from './saveDownload.ts';
import type { Services } from '../services.ts';
import type { ResourceNode } from '../tree/nodes.ts';
import type { BulkRunner } from './bulk.ts';
import { withCancel } from '../text/progress.ts';

/**
 * Maximum concurrent downloads to this machine. Downloads to other machines run one at a time, because each
 * of them keeps a whole file in memory.
 */
const concurrentDownloads = 3;

/** Maximum number of file names in the question whether to replace existing files. */
const maxNamed = 5;

/** A Resource and its target file. */
interface Download {
  readonly node: ResourceNode;
  readonly target: vscode.Uri;
  /** Whether an existing file may be replaced, with the user's permission. */
  readonly overwrite: boolean;
}

/** Saves the files of Resources to a file or folder that the user chooses. */
export class Downloads {
  readonly #services: Services;
  readonly #notifier: Notifier;
  readonly #bulk: BulkRunner;
  /** The folder to which the user last saved a download in this window. */
  #lastFolder: vscode.Uri | undefined;

  constructor(services: Services, notifier: Notifier, bulk: BulkRunner) {
    this.#services = services;
    this.#notifier = notifier;
    this.#bulk = bulk;
  }

  /** Asks for a target file, and saves a Resource in it. */
  async one(node: ResourceNode): Promise<void> {
    const name = fileNameOf(node);
    const target = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(this.#folder(), name),
      title: vscode.l10n.t('Download “{0}”', name),
    });
    if (!target) return;
    this.#lastFolder = vscode.Uri.joinPath(target, '..');
    try {
      const size = await withCancel(vscode.l10n.t('Downloading “{0}”', name), async (signal, report) => {
        let received = 0;
        await this.#save({ node, target, overwrite: true }, signal, (progress) => {
          received = progress.received;
          const { added, total } = progress;
          const words = vscode.l10n.t('{0} MB', (received / (1 << 20)).toFixed(1));
          report(words, total === undefined ? undefined : (added / total) * 100);
        });
        return received;
      });
      const open = vscode.l10n.t('Open');
      const message =
        size === 0
          ? vscode.l10n.t('“{0}” was downloaded. It is empty.', name)
          : vscode.l10n.t('“{0}” was downloaded.', name);
      const choice = await showInformation(message, open);
      if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
    } catch (error) {
      await this.#notifier.error(
        vscode.l10n.t('“{0}” could not be downloaded.', name),
        error,
        () => this.one(node),
        'download',
      );
    }
  }

  /**
   * Asks for a folder, and saves Resources in it under distinct names.
   * @param skipped Number of selected rows that are not Resources.
   */
  async several(nodes: readonly ResourceNode[], skipped: number): Promise<void> {
    const title = vscode.l10n.t('Download {0} Resources', nodes.length);
    const [folder] =
      (await vscode.window.showOpenDialog({
        title,
        openLabel: vscode.l10n.t('Download Here'),
        defaultUri: this.#folder(),
        canSelectFolders: true,
        canSelectFiles: false,
      })) ?? [];
    if (!folder) return;
    this.#lastFolder = folder;
    let downloads: readonly Download[] | undefined;
    try {
      downloads = await this.#plan(nodes, folder);
    } catch (error) {
      await this.#notifier.error(vscode.l10n.t('The folder could not be read.'), error);
    }
    if (!downloads) return;
    const folderName = plainText(lastSegment(folder.path)) || folder.path;
    await this.#bulk.run({
      title: vscode.l10n.t('Download'),
      progress: vscode.l10n.t('Downloading to “{0}”', folderName),
      items: downloads,
      skipped,
      concurrency: folder.scheme === 'file' ? concurrentDownloads : 1,
      moment: 'download',
      name: ({ node }) => rowName(node),
      act: async (download, signal) => {
        await this.#save(download, signal, () => undefined);
        this.#services.log.info(`Downloaded “${download.node.child.path}” as “${download.target.path}”`);
      },
      done: (count) =>
        count === 1
          ? vscode.l10n.t('1 Resource was downloaded to “{0}”.', folderName)
          : vscode.l10n.t('{0} Resources were downloaded to “{1}”.', count, folderName),
    });
  }

  /**
   * Chooses a target file for each Resource. Undefined if the user cancelled the question whether to replace
   * existing files.
   */
  async #plan(nodes: readonly ResourceNode[], folder: vscode.Uri): Promise<readonly Download[] | undefined> {
    const names = nodes.map(fileNameOf);
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const there = entries.map(([name]) => name);
    const clashing = clashingNames(distinctNames(names, []), there);
    let overwrite = false;
    if (clashing.length > 0) {
      const replace = vscode.l10n.t('Replace');
      const choice = await confirm(
        clashQuestion(clashing, lastSegment(folder.path)),
        vscode.l10n.t('Keep Both'),
        replace,
      );
      if (choice === undefined) return undefined;
      overwrite = choice === replace;
    }
    const isFolder = (type: vscode.FileType): boolean => (type & vscode.FileType.Directory) !== 0;
    const folders = entries.filter(([, type]) => isFolder(type)).map(([name]) => name);
    const free = distinctNames(names, overwrite ? folders : there);
    return nodes.map((node, index) => {
      const target = vscode.Uri.joinPath(folder, free[index] ?? '');
      return { node, target, overwrite };
    });
  }

  async #save(
    { node, target, overwrite }: Download,
    signal: AbortSignal,
    report: (progress: SaveProgress) => void,
  ): Promise<void> {
    const client = await this.#services.client(node.connectionId);
    if (target.scheme !== 'file') {
      const response = await openFile(client, node.child.path, signal);
      await saveDownload(response, target, { overwrite, signal, report });
      return;
    }
    const part = path.join(path.dirname(target.fsPath), `.onna-${randomUUID()}.part`);
    const open = (from: number): Promise<FilePart> => openFileAt(client, node.child.path, from, signal);
    const { clock } = this.#services;
    try {
      await downloadResumably({ open, part, target: target.fsPath, ...{ overwrite, clock, signal, report } });
    } finally {
      await rm(part, { force: true });
    }
  }

  /** The initial folder of the dialog: the last used folder, the workspace or the home folder. */
  #folder(): vscode.Uri {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    const isWritable = workspace && vscode.workspace.fs.isWritableFileSystem(workspace.scheme) !== false;
    return this.#lastFolder ?? (isWritable ? workspace : vscode.Uri.file(homedir()));
  }
}

function fileNameOf({ child }: ResourceNode): string {
  return safeFileName(child.title ?? lastSegment(child.path));
}

function rowName({ child: { path, title } }: ResourceNode): string {
  return nodeName({ title, path });
}

function clashQuestion(names: readonly string[], folder: string): string {
  const named = names.slice(0, maxNamed).map(plainText).join(', ');
  const shown = names.length > maxNamed ? `${named}, …` : named;
  return names.length === 1
    ? vscode.l10n.t('A file with this name is already in “{0}”: {1}', plainText(folder), shown)
    : vscode.l10n.t('{0} of these files are already in “{1}”: {2}', names.length, plainText(folder), shown);
}
