import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import { isFolderType } from '../../model/datasources/datasource.ts';
import { mayUpload } from '../../model/manage/manageActions.ts';
import type { UnfinishedUpload } from '../../model/upload/unfinishedUploads.ts';
import type { DatasourcePicker, DatasourceTarget } from '../commands/targets.ts';
import type { RowCall } from '../contributions.ts';
import { isPermitted } from '../manage/manageParts.ts';
import type { Services } from '../services.ts';
import { age } from '../text/age.ts';
import { inform } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import type { TreeNode } from '../tree/nodes.ts';
import { collectDropped, droppedItems, type Dropped } from './droppedFiles.ts';
import { Uploader } from './uploader.ts';

/** Dependencies of {@link UploadCommands}. */
interface UploadParts {
  readonly services: Services;
  readonly picker: DatasourcePicker;
  readonly notifier: Notifier;
}

type ResumeItem = vscode.QuickPickItem & {
  readonly target: DatasourceTarget;
  readonly upload: UnfinishedUpload;
};

/** Uploads files to folder Datasources, by command or by drag and drop. Resumes interrupted uploads. */
export class UploadCommands extends Owner {
  readonly #services: Services;
  readonly #picker: DatasourcePicker;
  readonly #uploader: Uploader;

  constructor({ services, picker, notifier }: UploadParts) {
    super();
    this.#services = services;
    this.#picker = picker;
    this.#uploader = this.register(new Uploader(services, notifier));
  }

  /** Asks for files or folders, and uploads them. */
  async upload(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Upload');
    const target = await this.#picker.resolve(call, title, mayUpload);
    if (!target || !(await this.#isAllowed(target, title))) return;
    const name = nodeName(target.datasource);
    const what = await this.#askKind(vscode.l10n.t('Upload to “{0}”', name));
    if (!what) return;
    const uris = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Upload to “{0}”', name),
      openLabel: vscode.l10n.t('Upload'),
      canSelectMany: true,
      canSelectFiles: what === 'files',
      canSelectFolders: what === 'folders',
    });
    if (!uris?.length) return;
    await this.#send(target, { uris, files: [] });
  }

  /** Uploads the files and folders that were dropped on a row. */
  async drop(node: TreeNode | undefined, dataTransfer: vscode.DataTransfer): Promise<void> {
    const title = vscode.l10n.t('Upload');
    // Read the dropped items before anything else, because VS Code keeps them only for a short time.
    const dropped = await droppedItems(dataTransfer);
    if (dropped.uris.length + dropped.files.length === 0) return;
    const target = node && this.#targetOf(node);
    if (!target) {
      inform(vscode.l10n.t('Drop files on a folder Datasource to upload them.'));
      return;
    }
    if (await this.#isAllowed(target, title)) await this.#send(target, dropped);
  }

  /** Lists the interrupted uploads, and continues or discards the chosen one. */
  async resume(): Promise<void> {
    const { uploads, store, clock } = this.#services;
    const title = vscode.l10n.t('Resume Uploads');
    const number = (count: number): string => count.toLocaleString(vscode.env.language);
    const discard = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Discard') };
    const items = (await uploads.list()).flatMap((upload): ResumeItem[] => {
      const datasource = store.find(upload.connectionId, upload.datasourceId);
      if (!datasource) return [];
      const { left, total, begun } = upload;
      return [
        {
          label: nodeName(datasource),
          description: vscode.l10n.t('{0} of {1} files left', number(left.length), number(total)),
          detail: vscode.l10n.t('started {0}', age(begun, clock.now())),
          buttons: [discard],
          target: { connectionId: upload.connectionId, datasource },
          upload,
        },
      ];
    });
    if (items.length === 0) {
      inform(vscode.l10n.t('There is no upload to resume.'));
      await this.#services.updateUnfinished();
      return;
    }
    const chosen = await this.#choose(title, items);
    if (chosen && (await this.#isAllowed(chosen.target, title)))
      await this.#uploader.resume(chosen.target, chosen.upload.id);
  }

  /** Shows the list. The button of a row discards its upload and keeps the list open. */
  #choose(title: string, items: readonly ResumeItem[]): Promise<ResumeItem | undefined> {
    const list = vscode.window.createQuickPick<ResumeItem>();
    list.title = title;
    list.placeholder = vscode.l10n.t('Choose the upload to resume');
    list.items = items;
    return new Promise((resolve) => {
      list.onDidTriggerItemButton(({ item }) => {
        list.items = list.items.filter((other) => other !== item);
        this.#discard(item).catch((error: unknown) =>
          this.#services.log.error('Could not discard an upload', error),
        );
        if (list.items.length === 0) list.hide();
      });
      list.onDidAccept(() => {
        resolve(list.selectedItems[0]);
        list.hide();
      });
      list.onDidHide(() => {
        resolve(undefined);
        list.dispose();
      });
      list.show();
    });
  }

  async #discard({ upload }: ResumeItem): Promise<void> {
    await this.#services.uploads.discard(upload.id);
    await this.#services.updateUnfinished();
  }

  async #send(target: DatasourceTarget, dropped: Dropped): Promise<void> {
    await this.#uploader.upload(target, (signal) => collectDropped(dropped, signal));
  }

  /** The Datasource of a row, which may also be a row below the Datasource. */
  #targetOf(node: TreeNode): DatasourceTarget | undefined {
    if (!('datasourceId' in node) || node.datasourceId === undefined) return undefined;
    const datasource = this.#services.store.find(node.connectionId, node.datasourceId);
    return datasource && { connectionId: node.connectionId, datasource };
  }

  /** Whether files can be uploaded to a Datasource. If not, shows the reason. */
  async #isAllowed({ connectionId, datasource }: DatasourceTarget, title: string): Promise<boolean> {
    const name = nodeName(datasource);
    if (!isFolderType(datasource.type)) {
      inform(vscode.l10n.t('Files can be uploaded only to a folder Datasource. “{0}” is not one.', name));
      return false;
    }
    const place = { connectionId, path: datasource.path, name };
    return isPermitted(this.#services, place, 'guillotina.AddContent', title);
  }

  /** Asks whether to upload files or folders. On Windows and Linux, no dialog can select both. */
  async #askKind(title: string): Promise<'files' | 'folders' | undefined> {
    const items = [
      { label: vscode.l10n.t('Files'), iconPath: new vscode.ThemeIcon('files'), kindOf: 'files' as const },
      {
        label: vscode.l10n.t('Folders'),
        iconPath: new vscode.ThemeIcon('folder'),
        kindOf: 'folders' as const,
      },
    ];
    return (await vscode.window.showQuickPick(items, { title }))?.kindOf;
  }
}
