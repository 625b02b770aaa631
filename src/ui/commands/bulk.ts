import * as vscode from 'vscode';
import { runBulk, type BulkOutcome } from '../../model/datasources/bulk.ts';
import { describeError } from '../text/errorText.ts';
import type { Moment } from '../text/errorMoment.ts';
import type { Log } from '../text/log.ts';
import { confirm, showBriefly, inform, showWarning } from '../text/messages.ts';
import { withCancel } from '../text/progress.ts';

/**
 * Maximum number of concurrent requests that change something. It is low because other users need the
 * service, too.
 */
const concurrentActions = 4;

/** A command on several rows, with the texts for its messages. */
export interface BulkWork<T> {
  /** The command's name: "Sync Now". */
  readonly title: string;
  /** Title of the progress notification: "Syncing". */
  readonly progress: string;
  readonly items: readonly T[];
  /** Number of selected rows that the command does not apply to. */
  readonly skipped: number;
  /** Where a failure is shown. The remedy in the message depends on this place. */
  readonly moment?: Moment;
  /** The display name of an item. */
  name(item: T): string;
  /** The success message: "5 Datasources were paused." */
  done(count: number): string;
}

/** A command on several rows, with its action. */
interface BulkAction<T> extends BulkWork<T> {
  /** Maximum number of concurrent requests. Default: 4. */
  readonly concurrency?: number;
  act(item: T, signal: AbortSignal): Promise<void>;
}

/** Runs commands on several rows, with cancellable progress and one message for the outcome. */
export class BulkRunner {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  async run<T>(work: BulkAction<T>): Promise<void> {
    const { items, concurrency = concurrentActions } = work;
    const outcomes = await withCancel(work.progress, (signal, report) => {
      const ended = (count: number): void =>
        report(vscode.l10n.t('{0} of {1}', count, items.length), 100 / items.length);
      return runBulk(items, { concurrency, signal, ended }, (item) => work.act(item, signal));
    });
    await this.showOutcome(work, outcomes, (failed) => this.run({ ...work, items: failed, skipped: 0 }));
  }

  /**
   * Shows the outcome for all items in one message.
   * @param retry Repeats the command for the failed items.
   */
  async showOutcome<T>(
    work: BulkWork<T>,
    outcomes: readonly BulkOutcome<T>[],
    retry: (failed: readonly T[]) => Promise<void>,
  ): Promise<void> {
    const failed = outcomes.filter(({ error }) => error !== undefined);
    for (const { item, error } of failed) this.#log.error(`${work.title}: “${work.name(item)}”`, error);
    const done = outcomes.length - failed.length;
    const ended = new Set(outcomes.map(({ item }) => item));
    const left = work.items.filter((item) => !ended.has(item));
    if (failed.length === 0 && left.length === 0) {
      if (work.skipped === 0) showBriefly(work.done(done));
      else inform(`${work.done(done)} ${skippedWords(work.skipped)}`);
      return;
    }
    const parts = [vscode.l10n.t('{0} of {1} done', done, work.items.length)];
    if (failed.length > 0) parts.push(vscode.l10n.t('{0} failed', failed.length));
    if (left.length > 0) parts.push(vscode.l10n.t('{0} cancelled', left.length));
    const [first] = failed;
    const sentences = [`${work.title}: ${parts.join(', ')}.`];
    if (first) sentences.push(`${work.name(first.item)}: ${describeError(first.error, work.moment)}`);
    if (work.skipped > 0) sentences.push(skippedWords(work.skipped));
    const tryAgain = vscode.l10n.t('Try Again');
    const showLog = vscode.l10n.t('Show Log');
    const choices = failed.length > 0 ? [tryAgain, showLog] : [];
    const choice = await showWarning(sentences.join(' '), ...choices);
    if (choice === showLog) this.#log.show();
    if (choice === tryAgain) await retry(failed.map(({ item }) => item));
  }
}

function skippedWords(skipped: number): string {
  return skipped === 1
    ? vscode.l10n.t('1 other selected row does not allow this action.')
    : vscode.l10n.t('{0} other selected rows do not allow this action.', skipped);
}

/**
 * Asks for confirmation before a command on many rows.
 * @param limit Maximum number of rows without confirmation.
 */
export async function confirmMany(title: string, count: number, limit: number): Promise<boolean> {
  if (count <= limit) return true;
  return (await confirm(vscode.l10n.t('Apply “{0}” to {1} rows?', title, count), title)) === title;
}
