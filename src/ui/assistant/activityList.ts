import * as vscode from 'vscode';
import type { ToolRecord } from '../../model/assistant/assistantActivity.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { moment } from '../text/age.ts';

/** Shows the calls of the assistant's tools in a list, newest first. */
export async function showActivity(calls: readonly ToolRecord[], zone: Zone): Promise<void> {
  const items = calls.toReversed().map((call) => itemOf(call, zone));
  await vscode.window.showQuickPick(
    items.length > 0 ? items : [{ label: vscode.l10n.t('The assistant has not used Onna in this session.') }],
    {
      title: vscode.l10n.t('Assistant Activity'),
      placeHolder: vscode.l10n.t(
        'The calls of this session, newest first. Their inputs and results are not recorded.',
      ),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
}

function itemOf(call: ToolRecord, zone: Zone): vscode.QuickPickItem {
  const { tool, source, at, durationMs, inputLength, outputLength, outcome } = call;
  const count = (value: number): string => value.toLocaleString(vscode.env.language);
  return {
    label: tool,
    description: [
      outcomeWords(outcome),
      source === 'mcp' ? vscode.l10n.t('MCP client') : vscode.l10n.t('VS Code'),
    ].join(' · '),
    detail: vscode.l10n.t(
      '{0} · {1} ms · input {2} characters · result {3} characters',
      moment(at, zone),
      count(durationMs),
      count(inputLength),
      count(outputLength),
    ),
    iconPath: new vscode.ThemeIcon(iconOf[outcome]),
  };
}

const iconOf: Readonly<Record<ToolRecord['outcome'], string>> = {
  done: 'check',
  refused: 'circle-slash',
  failed: 'error',
  cancelled: 'close',
};

function outcomeWords(outcome: ToolRecord['outcome']): string {
  switch (outcome) {
    case 'done':
      return vscode.l10n.t('Done');
    case 'refused':
      return vscode.l10n.t('Refused');
    case 'failed':
      return vscode.l10n.t('Failed');
    case 'cancelled':
      return vscode.l10n.t('Cancelled');
  }
}
