/** The documented types of objects (docs/onna-api.md §2 and §3). */
export const serviceTypeNames: readonly string[] = [
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
const byLowerCase = new Map(serviceTypeNames.map((type) => [type.toLowerCase(), type]));

/**
 * The service's name for an object type. Corrects the letter case of documented types (docs/onna-api.md §2 and §3), and
 * accepts any other name that ends in `Datasource` unchanged. Undefined for everything else, such as a file extension.
 */
export function serviceTypeName(text: string): string | undefined {
  return byLowerCase.get(text.toLowerCase()) ?? (/^\w+Datasource$/.test(text) ? text : undefined);
}

/**
 * Object types that are not Resources: the documented types and those in `further`, such as the types of the account's
 * own Datasources. A search excludes all of them, because there is no complete list of Resource types.
 */
export function typesWithoutText(further: readonly string[]): readonly string[] {
  return [...new Set([...serviceTypeNames, ...further])].filter((type) => type !== 'Resource');
}
