const knownTypes = [
  'Resource',
  'Workspace',
  'User',
  'Group',
  'Export',
  'Rule',
  'WalletEntry',
  'WebhookEntry',
  'SeverityLevel',
  'SlackEDatasource',
  ...[
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
  ].map((origin) => `${origin}Datasource`),
];
const byLowerCase = new Map(knownTypes.map((type) => [type.toLowerCase(), type]));

/**
 * The service's own name for a type of object, letter case put right for those that its documentation lists (API notes
 * §2 and §3); anything ending in `Datasource` is one as it stands. Undefined for all else, such as a file extension.
 */
export function serviceTypeName(text: string): string | undefined {
  return byLowerCase.get(text.toLowerCase()) ?? (/^\w+Datasource$/.test(text) ? text : undefined);
}

/**
 * Types of objects that are no Resources: those that the documentation lists, and `further` ones, such as the types of
 * the account's own Datasources. There is no complete list of the types of Resources, so a search excludes these.
 */
export function typesWithoutText(further: readonly string[]): readonly string[] {
  return [...new Set([...knownTypes, ...further])].filter((type) => type !== 'Resource');
}
