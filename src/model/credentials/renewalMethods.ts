import { isFolderType } from '../datasources/datasource.ts';

/** The ways to renew credentials: consent at the provider, or a secret. */
export type RenewalMethod = 'consent' | 'secret';

/** Types whose provider asks users for consent: Onna has an endpoint for each of them (docs/onna-api.md §5). */
const consentTypes: ReadonlySet<string> = new Set([
  ...['SlackDatasource', 'SlackEDatasource', 'BoxDatasource', 'DropboxDatasource', 'GDriveDatasource'],
  ...['GMailDatasource', 'MGraphMailDatasource', 'OnedriveDatasource', 'SharepointDatasource'],
  ...['MsTeamsDatasource'],
]);

/** Known types whose credentials are a password, a key, a token or session cookies (docs/onna-api.md §13). */
const secretTypes: ReadonlySet<string> = new Set([
  ...['ConfluenceDatasource', 'CrawlerDatasource', 'GithubDatasource', 'ImapDatasource', 'JiraDatasource'],
  ...['BridgeDatasource', 'S3Datasource', 'ZendeskDatasource', 'TwitterDatasource'],
]);

/**
 * The ways to renew the credentials of a type, the best one first. For an unknown type, both are offered: the service
 * decides. A folder Datasource has no credentials.
 * @param type `@type` of a Datasource. Undefined if the service does not send it.
 */
export function renewalMethods(type: string | undefined): readonly RenewalMethod[] {
  if (type === undefined) return ['secret'];
  if (isFolderType(type)) return [];
  if (secretTypes.has(type)) return ['secret'];
  return consentTypes.has(type) ? ['consent', 'secret'] : ['secret', 'consent'];
}
