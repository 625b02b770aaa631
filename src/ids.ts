/** Every command that package.json contributes. A test compares the two lists. */
export const commandIds = [
  'onna.signIn',
  'onna.signOut',
  'onna.startSandbox',
  'onna.stopSandbox',
  'onna.testConnection',
  'onna.showLog',
  'onna.collectDiagnostics',
  'onna.saveDiagnostics',
  'onna.refresh',
  'onna.groupBy',
  'onna.filter',
  'onna.clearFilter',
  'onna.showAttention',
  'onna.openRow',
  'onna.showDetails',
  'onna.showDatasourceLog',
  'onna.showExceptions',
  'onna.showOnlyExceptions',
  'onna.showAllResources',
  'onna.saveUnprocessed',
  'onna.search',
  'onna.exportHits',
  'onna.saveSearch',
  'onna.runSavedSearch',
  'onna.renameSavedSearch',
  'onna.deleteSavedSearch',
  'onna.copySavedSearch',
  'onna.openHit',
  'onna.revealHit',
  'onna.syncNow',
  'onna.pause',
  'onna.resume',
  'onna.reprocess',
  'onna.renewCredentials',
  'onna.newWorkspace',
  'onna.newDatasource',
  'onna.configure',
  'onna.acceptInvitation',
  'onna.addFavorite',
  'onna.removeFavorite',
  'onna.rename',
  'onna.changeSyncType',
  'onna.move',
  'onna.share',
  'onna.delete',
  'onna.process',
  'onna.upload',
  'onna.resumeUploads',
  'onna.loadMore',
  'onna.loadAll',
  'onna.openResource',
  'onna.openFile',
  'onna.download',
  'onna.downloadDatasource',
  'onna.showProperties',
  'onna.copyUrl',
  'onna.copyUid',
  'onna.copyLink',
  'onna.copyCurl',
  'onna.openInBrowser',
  'onna.goToUid',
  'onna.showAssistantActivity',
  'onna.copyMcpConfiguration',
] as const;

export type CommandId = (typeof commandIds)[number];

/** The part of package.json that the entry file reads. */
export interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: CommandId }[] };
}

/** The extension's id in VS Code: publisher and name. */
export const extensionId = 'onna-datasources.onna-datasources';
/** The view with the tree of Datasources. */
export const datasourcesView = 'onna.datasources';
/** The view with the saved searches. */
export const savedSearchesView = 'onna.savedSearches';
/** The view with the Datasources that need attention. */
export const attentionView = 'onna.needsAttention';
/** The authentication provider in the Accounts menu. */
export const authenticationProviderId = 'onna';
/** The URI scheme of tree rows and read-only documents. */
export const uriScheme = 'onna';
/** The URI scheme of the read-only files of Resources. */
export const fileScheme = 'onna-file';
/** The webview type of the search page. */
export const searchViewType = 'onna.search';
/** The webview type of a Datasource's details page. */
export const detailsViewType = 'onna.details';

/** Keys in the global memento, which all windows share. The memento never contains secrets. */
export const mementoKeys = {
  /** Whether any account is signed in. If not, nothing is loaded at startup. */
  signedIn: 'onna.signedIn',
  /** The time zone of the user's machine, reported by a webview. */
  timeZone: 'onna.timeZone',
} as const;

/**
 * Environment variable with the path of a file that contains the sandbox's address and password. `npm start`
 * sets the variable.
 */
export const sandboxConnectionVariable = 'ONNA_SANDBOX_CONNECTION';
