import * as vscode from 'vscode';
import type { DetailsLog, RunOutcome, RunSource } from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';

/** The display name of a log. */
export function logName(log: DetailsLog): string {
  switch (log) {
    case 'collection':
      return vscode.l10n.t('Collection');
    case 'processing':
      return vscode.l10n.t('Processing');
    case 'audit':
      return vscode.l10n.t('Changes');
  }
}

function outcomes(): Readonly<Record<RunOutcome, string>> {
  return {
    synced: vscode.l10n.t('Synced'),
    mixed: vscode.l10n.t('Synced after retries'),
    failed: vscode.l10n.t('Failed'),
    error: vscode.l10n.t('Error'),
    paused: vscode.l10n.t('Paused'),
    running: vscode.l10n.t('Running'),
    unknown: vscode.l10n.t('Unknown'),
  };
}

function sources(): Readonly<Record<RunSource, string>> {
  return {
    audit: vscode.l10n.t('Audit log'),
    collection: vscode.l10n.t('Collection log'),
    journal: vscode.l10n.t('This extension'),
  };
}

/** The details page's texts in VS Code's display language. */
export function detailsPageStrings(): DetailsStrings {
  return {
    unknown: vscode.l10n.t('Unknown'),
    tabs: {
      history: vscode.l10n.t('History'),
      exceptions: vscode.l10n.t('Exceptions'),
      logs: vscode.l10n.t('Logs'),
    },
    tabsLabel: vscode.l10n.t('Details'),
    actionsLabel: vscode.l10n.t('Actions'),
    factsLabel: vscode.l10n.t('Properties'),
    loading: vscode.l10n.t('Loading…'),
    refresh: vscode.l10n.t('Refresh'),
    cancel: vscode.l10n.t('Cancel'),
    showLog: vscode.l10n.t('Show Log'),
    gone: vscode.l10n.t('This Datasource was removed, or you signed out of its account.'),

    chartLabel: vscode.l10n.t('Duration of the last {0} runs'),
    noRuns: vscode.l10n.t('No runs are known yet. Each sync that this extension sees is listed here.'),
    outcomes: outcomes(),
    mixedOne: vscode.l10n.t('Synced after 1 failed attempt'),
    mixedMany: vscode.l10n.t('Synced after {0} failed attempts'),
    sources: sources(),
    sourceHints: {
      audit: vscode.l10n.t('From the audit log of the service.'),
      collection: vscode.l10n.t(
        'Inferred from the times in the collection log, which does not contain the result of a run.',
      ),
      journal: vscode.l10n.t('From the status changes that this extension saw.'),
    },
    runColumns: {
      start: vscode.l10n.t('Start'),
      end: vscode.l10n.t('End'),
      duration: vscode.l10n.t('Duration'),
      outcome: vscode.l10n.t('Result'),
      added: vscode.l10n.t('Added'),
      changed: vscode.l10n.t('Changed'),
      removed: vscode.l10n.t('Removed'),
      reason: vscode.l10n.t('Reason'),
      source: vscode.l10n.t('Source'),
    },

    noExceptions: vscode.l10n.t('No Resource has an exception or a note.'),
    noMatchingExceptions: vscode.l10n.t('No Resource matches.'),
    exceptionsLoaded: vscode.l10n.t('{0} loaded'),
    clearFilter: vscode.l10n.t('Show All Exceptions'),
    exceptionsShown: vscode.l10n.t('{0} of {1} shown'),
    exceptionKindsLabel: vscode.l10n.t('Kinds'),
    allKinds: vscode.l10n.t('All'),
    exceptionsTitle: vscode.l10n.t('Exceptions'),
    notesTitle: vscode.l10n.t('Notes'),
    filterFiles: vscode.l10n.t('Filter by file name'),
    sortLabel: vscode.l10n.t('Sort by'),
    exceptionSorts: {
      newest: vscode.l10n.t('Newest first'),
      oldest: vscode.l10n.t('Oldest first'),
      file: vscode.l10n.t('File A–Z'),
      fileDescending: vscode.l10n.t('File Z–A'),
    },
    exceptionColumns: {
      select: vscode.l10n.t('Select'),
      file: vscode.l10n.t('File'),
      kind: vscode.l10n.t('Kind'),
      when: vscode.l10n.t('When'),
      outcome: vscode.l10n.t('Result'),
      actions: vscode.l10n.t('Actions'),
    },
    selectAll: vscode.l10n.t('Select all loaded rows'),
    selectFile: vscode.l10n.t('Select {0}'),
    sendSelected: vscode.l10n.t('Send to Processing ({0})'),
    saveCsv: vscode.l10n.t('Save as CSV…'),
    openFile: vscode.l10n.t('Open the text of {0}'),
    revealFile: vscode.l10n.t('Reveal {0} in Datasources'),

    logs: {
      collection: logName('collection'),
      processing: logName('processing'),
      audit: logName('audit'),
    },
    logLabel: vscode.l10n.t('Log'),
    errorsOnly: vscode.l10n.t('Errors only'),
    from: vscode.l10n.t('From'),
    to: vscode.l10n.t('To'),
    older: vscode.l10n.t('Older'),
    noneAmongNewest: vscode.l10n.t('No match among the newest entries.'),
    noLogItems: vscode.l10n.t('The log has no entries.'),
    noLogErrors: vscode.l10n.t('No errors found. Clear “Errors only” to see all entries.'),
    openLogDocument: vscode.l10n.t('Open as Document'),
    logColumns: {
      at: vscode.l10n.t('Time'),
      outcome: vscode.l10n.t('Result'),
      action: vscode.l10n.t('Event'),
      file: vscode.l10n.t('File'),
      message: vscode.l10n.t('Message'),
      user: vscode.l10n.t('User'),
    },
    logOutcomes: {
      success: vscode.l10n.t('OK'),
      error: vscode.l10n.t('Error'),
      info: vscode.l10n.t('Information'),
    },
  };
}
