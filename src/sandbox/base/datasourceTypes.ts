/** Names of the services that Datasources collect from. A name plus `Datasource` is a `@type` (docs/onna-api.md §2). */
const origins = [
  'Confluence',
  'Hangouts',
  'Zendesk',
  'Onedrive',
  'Github',
  'Imap',
  'Salesforce',
  'Jira',
  'Bridge',
  'Dropbox',
  'Twitter',
  'Slack',
  'S3',
  'GDrive',
  'Static',
  'Box',
  'Quip',
  'MsTeams',
  'Crawler',
  'MGraphMail',
  'Workplace',
  'GMail',
  'Sharepoint',
  // Enterprise Slack.
  'SlackE',
] as const;

/** The `@type` of every kind of Datasource. */
export const datasourceTypes: readonly string[] = origins.map((origin) => `${origin}Datasource`);

/** Whether a `@type` is an enterprise type. The service lists enterprise types separately (docs/onna-api.md §2). */
export function isEnterpriseType(type: string): boolean {
  return type === 'SlackEDatasource';
}

/** Short names of the types, in lower case, as the command line accepts them. */
export const originNames: readonly string[] = origins.map((origin) => origin.toLowerCase());

/**
 * Returns `ConfluenceDatasource` for `confluence`, `Confluence` and `ConfluenceDatasource`, or undefined for an unknown
 * name.
 */
export function datasourceType(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/datasource$/, '');
  const origin = origins.find((candidate) => candidate.toLowerCase() === plain);
  return origin === undefined ? undefined : `${origin}Datasource`;
}

/**
 * Whether a `@type` is that of a folder Datasource, which receives uploads, needs no credentials and syncs only once
 * (docs/onna-api.md §12).
 */
export function isFolderType(type: string): boolean {
  return type === 'StaticDatasource';
}

/**
 * Sync types of the types that do not offer all three. Each connector decides which it offers (docs/onna-api.md §12);
 * apart from folders, these are our choice.
 */
const limitedSyncTypes: Readonly<Record<string, readonly ('auto' | 'one' | 'arch')[]>> = {
  StaticDatasource: ['one'],
  BridgeDatasource: ['one'],
  ImapDatasource: ['one', 'arch'],
  TwitterDatasource: ['one', 'arch'],
};

/** The sync types that a Datasource type offers. */
export function syncTypesOf(type: string): readonly ('auto' | 'one' | 'arch')[] {
  return limitedSyncTypes[type] ?? ['auto', 'one', 'arch'];
}
