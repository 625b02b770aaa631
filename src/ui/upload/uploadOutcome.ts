import * as vscode from 'vscode';
import type { CommandId } from '../../ids.ts';
import type { LeftOut } from '../../model/upload/collectFiles.ts';
import { folderOf } from '../../model/upload/collisions.ts';
import type { UploadItem, UploadResult } from '../../model/upload/uploadRun.ts';
import { describeError } from '../text/errorText.ts';
import type { Log } from '../text/log.ts';
import { showBriefly, showWarning } from '../text/messages.ts';
import { plainText } from '../text/plainText.ts';
import { failureWords, leftOutWords } from './uploadWords.ts';

/** The files of an upload, with their outcomes. */
interface Ended {
  readonly items: readonly UploadItem[];
  readonly leftOut: readonly LeftOut[];
  readonly result: UploadResult;
}

const resumeCommand: CommandId = 'onna.resumeUploads';

/** Shows the outcome of an upload in one message, with a list of the failures. */
export class UploadOutcome {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param retry Sends the failed files again */
  async show(
    name: string,
    { items, leftOut, result }: Ended,
    retry: (failed: readonly UploadItem[]) => Promise<void>,
  ): Promise<void> {
    const { outcomes, stopped, restarted, unverified } = result;
    const failed = outcomes.filter(({ error }) => error !== undefined);
    const done = outcomes.length - failed.length;
    const waiting = items.length - outcomes.length;
    const notes: string[] = [];
    if (restarted.length > 0)
      notes.push(
        restarted.length === 1
          ? vscode.l10n.t('1 file had changed and was sent from the beginning.')
          : vscode.l10n.t('{0} files had changed and were sent from the beginning.', restarted.length),
      );
    if (unverified > 0 && waiting === 0)
      notes.push(vscode.l10n.t('The server sent no checksum for {0} of them.', unverified));
    if (failed.length === 0 && leftOut.length === 0 && waiting === 0) {
      const message =
        done === 1
          ? vscode.l10n.t('1 file was uploaded to “{0}”.', name)
          : vscode.l10n.t('{0} files were uploaded to “{1}”.', done, name);
      showBriefly([message, ...notes].join(' '), 10_000);
      return;
    }
    const list = [
      ...failed.map(({ item, error }) => `${pathOf(item)}: ${failureWords(error)}`),
      ...leftOut.map((entry) => `${entry.path}: ${leftOutWords(entry)}`),
    ];
    for (const line of list) this.#log.warn(`Upload: “${line}”`);
    const sentences = [vscode.l10n.t('{0} of {1} files uploaded to “{2}”.', done, items.length, name)];
    if (stopped) sentences.push(describeError(stopped, 'action'));
    if (waiting > 0)
      sentences.push(
        waiting === 1
          ? vscode.l10n.t('1 file was not sent.')
          : vscode.l10n.t('{0} files were not sent.', waiting),
      );
    if (failed.length > 0 && !stopped) {
      const [first] = failed;
      sentences.push(vscode.l10n.t('{0} failed.', failed.length));
      if (first) sentences.push(`${plainText(first.item.name)}: ${failureWords(first.error)}`);
    }
    if (leftOut.length > 0) sentences.push(vscode.l10n.t('{0} left out.', leftOut.length));
    const tryAgain = vscode.l10n.t('Try Again');
    const showList = vscode.l10n.t('Show List');
    const resume = vscode.l10n.t('Resume Uploads…');
    const choices = [
      ...(waiting > 0 ? [resume] : failed.length > 0 ? [tryAgain] : []),
      ...(list.length > 0 ? [showList] : []),
    ];
    const choice = await showWarning([...sentences, ...notes].join(' '), ...choices);
    if (choice === tryAgain) await retry(failed.map(({ item }) => item));
    if (choice === resume) await vscode.commands.executeCommand(resumeCommand);
    if (choice === showList) await showLines(list);
  }
}

function pathOf({ file, name }: UploadItem): string {
  return file.path ?? `${folderOf(file)}/${name}`.replace(/^\//, '');
}

async function showLines(lines: readonly string[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: `${lines.join('\n')}\n` });
  await vscode.window.showTextDocument(document);
}
