/** Every command that package.json contributes. A test compares the two lists. */
export const commandIds = [
  'onna.signIn',
  'onna.signOut',
  'onna.startSandbox',
  'onna.stopSandbox',
  'onna.testConnection',
  'onna.showLog',
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
  'onna.openHit',
  'onna.revealHit',
  'onna.syncNow',
  'onna.pause',
  'onna.resume',
  'onna.reprocess',
  'onna.refreshCredentials',
  'onna.newWorkspace',
  'onna.newDatasource',
  'onna.configure',
  'onna.acceptInvitation',
  'onna.rename',
  'onna.changeSyncType',
  'onna.move',
  'onna.share',
  'onna.delete',
  'onna.process',
  'onna.loadMore',
  'onna.loadAll',
  'onna.openResource',
  'onna.download',
  'onna.showProperties',
  'onna.copyUrl',
  'onna.copyUid',
  'onna.copyCurl',
  'onna.openInBrowser',
] as const;

export type CommandId = (typeof commandIds)[number];

/** The view with the tree of Datasources. */
export const datasourcesView = 'onna.datasources';
/** The authentication provider in the Accounts menu. */
export const authenticationProviderId = 'onna';
/** The URI scheme of tree rows and read-only documents. */
export const uriScheme = 'onna';
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

/** Environment variable with the path of a file in which `npm start` passes the sandbox's address and password. */
export const sandboxConnectionVariable = 'ONNA_SANDBOX_CONNECTION';
