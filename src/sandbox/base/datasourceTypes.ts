/** Services that Datasources collect from. With the suffix `Datasource`, each is a `@type` (docs/onna-api.md §2). */
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

/** `@type`s of all Datasources. */
export const datasourceTypes: readonly string[] = origins.map((origin) => `${origin}Datasource`);

/** Whether it is an enterprise type. These are listed separately (docs/onna-api.md §2). */
export function isEnterpriseType(type: string): boolean {
  return type === 'SlackEDatasource';
}

/** Short names of the types, in lower case, as the command line accepts them. */
export const originNames: readonly string[] = origins.map((origin) => origin.toLowerCase());

/** `ConfluenceDatasource` for `confluence`, `Confluence` or `ConfluenceDatasource`; undefined for an unknown name. */
export function datasourceType(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/datasource$/, '');
  const origin = origins.find((candidate) => candidate.toLowerCase() === plain);
  return origin === undefined ? undefined : `${origin}Datasource`;
}

/** Folder Datasources receive uploads: they need no credentials and sync only once (docs/onna-api.md §12). */
export function isFolderType(type: string): boolean {
  return type === 'StaticDatasource';
}
