import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import type { CollectedFiles, LeftOut } from '../../model/upload/collectFiles.ts';
import { collidingFiles, planFiles, type CollisionChoice } from '../../model/upload/collisions.ts';
import type { LocalFile } from '../../model/upload/localFile.ts';
import { resumedItems } from '../../model/upload/resumedItems.ts';
import type { UploadRecord } from '../../model/upload/uploadRecord.ts';
import { UploadRun, readStored, type UploadItem, type UploadResult } from '../../model/upload/uploadRun.ts';
import { isOnnaError } from '../../onna/errors.ts';
import type { StoredFile } from '../../onna/wire/storedFiles.ts';
import type { DatasourceTarget } from '../commands/targets.ts';
import type { Services } from '../services.ts';
import { confirm, inform } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import { withCancel } from '../text/progress.ts';
import { UploadOutcome } from './uploadOutcome.ts';
import { ProgressWords } from './progressWords.ts';
import { collisionQuestion } from './uploadWords.ts';

/** Reports the progress of an upload: a text, and the percentage to add. */
type Report = (message: string, increment?: number) => void;

/** The files of one upload, and the record that is needed to resume it. */
interface Work {
  readonly target: DatasourceTarget;
  readonly items: readonly UploadItem[];
  readonly leftOut: readonly LeftOut[];
  readonly record: UploadRecord | undefined;
}

/** Uploads files into a Datasource, with one question, one progress notification and one outcome. */
export class Uploader extends Owner {
  readonly #services: Services;
  readonly #notifier: Notifier;
  readonly #outcome: UploadOutcome;
  readonly #closing = new AbortController();

  constructor(services: Services, notifier: Notifier) {
    super();
    this.#services = services;
    this.#notifier = notifier;
    this.#outcome = new UploadOutcome(services.log);
    // Abort uploads when the window closes. The user can resume them later.
    this.register({ dispose: () => this.#closing.abort() });
  }

  /** @param collect Finds the files. Called while the progress is shown, because a folder may have many files. */
  async upload(
    target: DatasourceTarget,
    collect: (signal: AbortSignal) => Promise<CollectedFiles>,
  ): Promise<void> {
    const name = nodeName(target.datasource);
    const collected = await this.#attempt(name, () =>
      withCancel(vscode.l10n.t('Reading the files to upload to “{0}”', name), async (signal) => {
        const found = await collect(signal);
        return { ...found, stored: found.files.length === 0 ? [] : await this.#stored(target, signal) };
      }),
    );
    if (!collected) return;
    const { files, leftOut, stored } = collected;
    const choice = await this.#askCollisions(name, files, stored);
    if (!choice) return;
    const planned = planFiles(files, stored, choice);
    const items = planned.map((file, index) => ({ ...file, index }));
    if (items.length === 0 && leftOut.length === 0) {
      inform(vscode.l10n.t('There is nothing to upload to “{0}”.', name));
      return;
    }
    const record = items.length === 0 ? undefined : await this.#begin(target, items);
    await this.#run({ target, items, leftOut, record });
  }

  /** Continues an upload that was interrupted. */
  async resume(target: DatasourceTarget, id: string): Promise<void> {
    const resumed = await this.#claim(target, id);
    if (!resumed) return;
    const { items, lost } = resumedItems(resumed.unfinished);
    const leftOut = lost.map(({ name }): LeftOut => ({ path: name, reason: 'lost' }));
    await this.#run({ target, items, leftOut, record: resumed.record });
  }

  /** Claims an interrupted upload for this window. If another window has claimed it first, shows a message. */
  async #claim(target: DatasourceTarget, id: string): ReturnType<Services['uploads']['resume']> {
    const resumed = await this.#services.uploads.resume(id);
    if (resumed) return resumed;
    const name = nodeName(target.datasource);
    inform(vscode.l10n.t('Another window is continuing this upload to “{0}”, or has completed it.', name));
    await this.#services.updateUnfinished();
    return undefined;
  }

  async #run(work: Work): Promise<void> {
    const { target, items, leftOut, record } = work;
    const name = nodeName(target.datasource);
    const result = await this.#attempt(name, () =>
      withCancel(vscode.l10n.t('Uploading to “{0}”', name), (signal, report) =>
        this.#send(work, AbortSignal.any([signal, this.#closing.signal]), report),
      ),
    );
    record?.released();
    await record?.flush();
    if (this.#closing.signal.aborted || !result) return;
    const isComplete = result.outcomes.length === items.length && !result.stopped;
    if (isComplete) await record?.remove();
    this.#services.connections.acted(target.connectionId, target.datasource.id);
    await this.#services.updateUnfinished();
    await this.#outcome.show(name, { items, leftOut, result }, (failed) =>
      this.#again(target, failed, isComplete ? undefined : record),
    );
  }

  /** Sends failed files again. They keep the names that the first attempt gave them. */
  async #again(
    target: DatasourceTarget,
    failed: readonly UploadItem[],
    record: UploadRecord | undefined,
  ): Promise<void> {
    if (record) {
      const resumed = await this.#claim(target, record.id);
      if (resumed) await this.#run({ target, items: failed, leftOut: [], record: resumed.record });
      return;
    }
    const items = failed.map((item, index) => ({ ...item, index, earlier: undefined }));
    await this.#run({ target, items, leftOut: [], record: await this.#begin(target, items) });
  }

  async #send({ target, items, record }: Work, signal: AbortSignal, report: Report): Promise<UploadResult> {
    const client = await this.#services.client(target.connectionId);
    const progress = new ProgressWords(items);
    const run = new UploadRun({
      ...{ client, record, signal, path: target.datasource.path },
      report: (reached) => report(...progress.at(reached)),
    });
    return run.run(items);
  }

  /** Asks once how to handle all files whose names already exist. @returns Undefined if the user cancelled */
  async #askCollisions(
    name: string,
    files: readonly LocalFile[],
    stored: readonly StoredFile[],
  ): Promise<CollisionChoice | undefined> {
    const colliding = collidingFiles(files, stored);
    if (colliding.length === 0) return 'keepBoth';
    const replace = vscode.l10n.t('Replace');
    const keepBoth = vscode.l10n.t('Keep Both');
    const skip = vscode.l10n.t('Skip');
    const pressed = await confirm(collisionQuestion(colliding, name), keepBoth, replace, skip);
    if (pressed === undefined) return undefined;
    return pressed === replace ? 'replace' : pressed === keepBoth ? 'keepBoth' : 'skip';
  }

  async #stored(target: DatasourceTarget, signal: AbortSignal): Promise<readonly StoredFile[]> {
    const client = await this.#services.client(target.connectionId);
    try {
      return await readStored(client, target.datasource.path, signal);
    } catch (error) {
      // This service does not list its files, so let it decide what to do with equal names.
      if (isOnnaError(error, 'notFound', 'decode', 'invalid')) return [];
      throw error;
    }
  }

  /**
   * Creates the record of an upload. If this fails, returns undefined. The upload then works, but it can't be
   * resumed after the window is closed.
   */
  async #begin(target: DatasourceTarget, items: readonly UploadItem[]): Promise<UploadRecord | undefined> {
    const { connectionId, datasource } = target;
    try {
      return await this.#services.uploads.begin(
        { connectionId, datasourceId: datasource.id, path: datasource.path },
        items,
      );
    } catch (error) {
      this.#services.log.error('Could not write down the upload', error);
      return undefined;
    }
  }

  /**
   * Runs a step of an upload. Shows an error if the step fails. Returns undefined if it fails or is
   * cancelled.
   */
  async #attempt<T>(name: string, act: () => Thenable<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (this.#closing.signal.aborted || (error instanceof Error && error.name === 'AbortError'))
        return undefined;
      this.#notifier.report(vscode.l10n.t('The upload to “{0}” could not be started.', name), error);
      return undefined;
    }
  }
}
