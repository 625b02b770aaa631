import * as vscode from 'vscode';
import type { LazyPart } from '../../base/lazyPart.ts';
import type { AssistantTools } from '../assistant/assistantTools.ts';
import type { SandboxProcess } from '../accounts/sandboxProcess.ts';
import type { CommandHandlers } from '../contributions.ts';
import type { RenewalCommands } from '../credentials/renewalCommands.ts';
import type { DetailsCommands } from '../details/detailsCommands.ts';
import type { DiagnosticsCommands } from '../diagnostics/diagnosticsCommands.ts';
import type { LinkCommands } from '../links/linkCommands.ts';
import type { ManageCommands } from '../manage/manageCommands.ts';
import type { SearchCommands } from '../search/searchCommands.ts';
import type { UploadCommands } from '../upload/uploadCommands.ts';
import type { Log } from '../text/log.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import type { AccountCommands } from './accountCommands.ts';
import type { AttentionList } from './attentionList.ts';
import type { DatasourceCommands } from './datasourceCommands.ts';
import type { DatasourceDownloads } from './datasourceDownloads.ts';
import type { NodeCommands } from './nodeCommands.ts';
import type { ResourceCommands } from './resourceCommands.ts';
import type { EnterKey } from './enterKey.ts';
import type { ExceptionFilter } from './exceptionFilter.ts';
import type { ViewCommands } from './viewCommands.ts';

/** The objects that carry out the commands. */
interface CommandParts {
  readonly account: AccountCommands;
  readonly viewCommands: ViewCommands;
  readonly attention: AttentionList;
  readonly enterKey: EnterKey;
  readonly exceptionFilter: ExceptionFilter;
  readonly datasource: DatasourceCommands;
  readonly resource: ResourceCommands;
  readonly node: NodeCommands;
  readonly log: Log;
  readonly sandbox: SandboxProcess;
  readonly tree: TreeViewController;
  readonly searches: LazyPart<SearchCommands>;
  readonly details: LazyPart<DetailsCommands>;
  readonly datasourceDownloads: LazyPart<DatasourceDownloads>;
  readonly diagnostics: LazyPart<DiagnosticsCommands>;
  readonly links: LazyPart<LinkCommands>;
  readonly manage: LazyPart<ManageCommands>;
  readonly renewals: LazyPart<RenewalCommands>;
  readonly uploads: LazyPart<UploadCommands>;
  readonly assistant: LazyPart<AssistantTools>;
}

/** The handler of each command. */
export function commandHandlers(parts: CommandParts): CommandHandlers {
  const { account, viewCommands, attention, enterKey, exceptionFilter, datasource, resource, node } = parts;
  const { log, sandbox, tree, searches, details, manage, uploads } = parts;
  const { datasourceDownloads, diagnostics, links, renewals, assistant } = parts;
  return {
    'onna.signIn': (call) => account.signIn(call),
    'onna.signOut': (call) => account.signOut(call),
    'onna.testConnection': (call) => account.testConnection(call),
    'onna.startSandbox': () => sandbox.start(),
    'onna.stopSandbox': () => sandbox.stop(),
    'onna.showLog': () => log.show(),
    'onna.collectDiagnostics': async () => (await diagnostics.get()).collect(),
    'onna.saveDiagnostics': async () => (await diagnostics.get()).save(),
    'onna.refresh': (call) => viewCommands.refresh(call),
    'onna.groupBy': () => viewCommands.groupBy(),
    'onna.filter': (call) => viewCommands.filter(call),
    'onna.clearFilter': () => tree.setFilter(''),
    'onna.showAttention': () => attention.show(),
    'onna.openRow': () => enterKey.press(),
    'onna.showDetails': async (call) => (await details.get()).show(call, vscode.l10n.t('Show Details')),
    'onna.showDatasourceLog': async (call) =>
      (await details.get()).show(call, vscode.l10n.t('Show Log of Datasource'), 'logs'),
    'onna.showExceptions': async (call) =>
      (await details.get()).show(call, vscode.l10n.t('Show Exceptions'), 'exceptions'),
    'onna.showOnlyExceptions': (call) => exceptionFilter.showOnlyExceptions(call),
    'onna.showAllResources': (call) => exceptionFilter.showAllResources(call),
    'onna.saveUnprocessed': async (call) => (await details.get()).saveUnprocessed(call),
    'onna.search': async (call) => (await searches.get()).search(call),
    'onna.exportHits': async () => (await searches.get()).panels.exportHits(),
    'onna.saveSearch': async () => (await searches.get()).panels.saveSearch(),
    'onna.runSavedSearch': async (call) => (await searches.get()).saved.run(call),
    'onna.renameSavedSearch': async (call) => (await searches.get()).saved.rename(call),
    'onna.deleteSavedSearch': async (call) => (await searches.get()).saved.delete(call),
    'onna.copySavedSearch': async (call) => (await searches.get()).saved.copy(call),
    'onna.openHit': async (call) => (await searches.get()).panels.openHit(call),
    'onna.revealHit': async (call) => (await searches.get()).panels.revealHit(call),
    'onna.syncNow': (call) => datasource.syncNow(call),
    'onna.pause': (call) => datasource.writeStatus(call, 'paused'),
    'onna.resume': (call) => datasource.writeStatus(call, 'resuming'),
    'onna.reprocess': (call) => datasource.reprocess(call),
    'onna.renewCredentials': async (call) => (await renewals.get()).renew(call),
    'onna.newWorkspace': async (call) => (await manage.get()).create.newWorkspace(call),
    'onna.newDatasource': async (call) => (await manage.get()).create.newDatasource(call),
    'onna.configure': async (call) => (await manage.get()).edit.configure(call),
    'onna.acceptInvitation': async (call) => (await manage.get()).edit.accept(call),
    'onna.addFavorite': async (call) => (await manage.get()).favorites.mark(call, true),
    'onna.removeFavorite': async (call) => (await manage.get()).favorites.mark(call, false),
    'onna.rename': async (call) => (await manage.get()).edit.rename(call),
    'onna.changeSyncType': async (call) => (await manage.get()).edit.changeSyncType(call),
    'onna.move': async (call) => (await manage.get()).edit.move(call),
    'onna.share': async (call) => (await manage.get()).share.run(call),
    'onna.delete': async (call) => (await manage.get()).deletion.run(call),
    'onna.process': (call) => resource.process(call),
    'onna.upload': async (call) => (await uploads.get()).upload(call),
    'onna.resumeUploads': async () => (await uploads.get()).resume(),
    'onna.loadMore': (call) => viewCommands.loadMore(call),
    'onna.loadAll': (call) => viewCommands.loadAll(call),
    'onna.openResource': (call) => resource.open(call),
    'onna.openFile': (call) => resource.openFile(call),
    'onna.download': (call) => resource.download(call),
    'onna.downloadDatasource': async (call) => (await datasourceDownloads.get()).run(call),
    'onna.showProperties': (call) => node.showProperties(call),
    'onna.copyUrl': (call) => node.copyUrl(call),
    'onna.copyUid': (call) => node.copyUid(call),
    'onna.copyLink': (call) => node.copyLink(call),
    'onna.copyCurl': (call) => node.copyCurl(call),
    'onna.openInBrowser': (call) => node.openInBrowser(call),
    'onna.goToUid': async () => (await links.get()).goToUid(),
    'onna.showAssistantActivity': async () => (await assistant.get()).showActivity(),
    'onna.copyMcpConfiguration': async () => (await assistant.get()).mcp.copyConfiguration(),
  };
}
