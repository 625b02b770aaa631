import * as vscode from 'vscode';
import type { SyncStatus } from '../../model/datasources/syncStatus.ts';

/** The icon of a status. The icons differ in shape, not only in color. */
export function statusIcon(status: SyncStatus | 'unknown'): vscode.ThemeIcon {
  switch (status) {
    case 'pending':
      return new vscode.ThemeIcon('watch');
    case 'created':
      return new vscode.ThemeIcon('circle-large-outline');
    case 'syncing':
    case 'resuming':
      return new vscode.ThemeIcon('sync~spin', new vscode.ThemeColor('notificationsInfoIcon.foreground'));
    case 'synced':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'error':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('notificationsErrorIcon.foreground'));
    case 'failed':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('notificationsWarningIcon.foreground'));
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'invited':
      return new vscode.ThemeIcon('mail');
    case 'unknown':
      return new vscode.ThemeIcon('question');
  }
}
