/** Every command, as package.json contributes it; a test holds the two against each other. */
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
  'onna.search',
  'onna.openHit',
  'onna.revealHit',
  'onna.syncNow',
  'onna.pause',
  'onna.resume',
  'onna.reprocess',
  'onna.refreshCredentials',
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

/** The tree of Datasources. */
export const datasourcesView = 'onna.datasources';
/** The authentication provider, as the Accounts menu knows it. */
export const authenticationProviderId = 'onna';
/** The scheme of rows and of read-only documents. */
export const uriScheme = 'onna';
/** The search page. */
export const searchViewType = 'onna.search';

/** What the entry remembers between windows, in the global memento: never a secret. */
export const mementoKeys = {
  /** Whether anybody is signed in: decides whether anything is loaded at start. */
  signedIn: 'onna.signedIn',
  /** The time zone of the machine that the user sits at, as a web page told it. */
  timeZone: 'onna.timeZone',
} as const;

/** Where `npm start` leaves the sandbox's address and password for the extension: the path of a file. */
export const sandboxConnectionVariable = 'ONNA_SANDBOX_CONNECTION';
