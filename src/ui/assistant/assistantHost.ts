import * as vscode from 'vscode';
import type { LazyPart } from '../../base/lazyPart.ts';
import { ExceptionList } from '../../model/history/exceptionList.ts';
import { HistoryReader } from '../../model/history/historyReader.ts';
import type { AssistantDeps, KnownDatasource, Shown } from '../../model/assistant/assistantDeps.ts';
import type { ActionTool } from '../../model/assistant/toolNames.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { DetailsCommands } from '../details/detailsCommands.ts';
import { documentUri, logUri } from '../documents/uris.ts';
import { searchPageStrings } from '../search/searchPageStrings.ts';
import type { SearchCommands } from '../search/searchCommands.ts';
import type { Services } from '../services.ts';
import { describeError } from '../text/errorText.ts';
import { confirm } from '../text/messages.ts';
import { nodeName } from '../text/plainText.ts';
import { revealResource } from '../tree/revealResource.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';

/** The parts of the extension that the tools use, for example to show a row or a page. */
export interface AssistantParts {
  readonly services: Services;
  readonly tree: TreeViewController;
  readonly details: LazyPart<DetailsCommands>;
  readonly searches: LazyPart<SearchCommands>;
}

/** Connects the tools with the services and the window. */
export function assistantHost({ services, tree, details, searches }: AssistantParts): AssistantDeps {
  const { store, logs, journal, findings, actions, clock, zone, settings } = services;
  const client = services.client.bind(services);
  return {
    ...{ store, logs, findings, actions, clock, client },
    history: new HistoryReader(journal, logs),
    exceptions: new ExceptionList(client),
    ready: () => services.ready(),
    timeZone: () => zone.current.timeZone,
    describeError: (error) => describeError(error),
    describeProblem: ({ problem, subject }) => fillIn(searchPageStrings().problems[problem], subject),
    linkToText: ({ connectionId, path, title }) => documentUri(connectionId, path, 'text', title).toString(),
    linkToLog: ({ connectionId, datasource }, log) => logUri(connectionId, datasource, log).toString(),
    mayAct: () => settings.get('onna.assistant.actions'),
    confirm: askPerson,
    async show(target) {
      await show(target, { tree, details, searches });
    },
  };
}

async function show(
  target: Shown,
  { tree, details, searches }: Pick<AssistantParts, 'tree' | 'details' | 'searches'>,
): Promise<void> {
  switch (target.what) {
    case 'row':
      await tree.revealDatasource(target.connectionId, target.datasource.id);
      return;
    case 'details':
      (await details.get()).showTarget(target);
      return;
    case 'resource':
      await revealResource(tree, target.connectionId, target);
      return;
    case 'search':
      (await searches.get()).showScope(target.connectionId, target.datasourceId);
  }
}

/** VS Code may be set to confirm tools automatically, so the extension asks once more. */
async function askPerson(action: ActionTool, { datasource }: KnownDatasource): Promise<boolean> {
  const name = nodeName(datasource);
  const [question, yes] =
    action === 'onna_sync'
      ? [vscode.l10n.t('The assistant wants to sync “{0}” now.', name), vscode.l10n.t('Sync Now')]
      : [
          vscode.l10n.t(
            'The assistant wants to send the unprocessed Resources of “{0}” to processing.',
            name,
          ),
          vscode.l10n.t('Reprocess Unprocessed'),
        ];
  return (await confirm(question, yes)) === yes;
}
