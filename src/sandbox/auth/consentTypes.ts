import { isAccount } from '../http/view.ts';
import type { Target } from '../http/view.ts';

/** A service outside Onna that asks users for their consent. One consent is valid for all its types. */
export interface ConsentProvider {
  readonly title: string;
  readonly types: readonly string[];
  /** The older endpoint of the provider. Onna has one per provider (docs/onna-api.md §5). */
  readonly endpoint?: { readonly name: string; readonly appliesTo: (target: Target) => boolean };
}

function isUser({ kind, node }: Target): boolean {
  return kind === 'node' && node.type === 'User';
}

export const consentProviders: readonly ConsentProvider[] = [
  {
    title: 'Slack',
    types: ['SlackDatasource'],
    endpoint: { name: '@getSlackAuthCode', appliesTo: isUser },
  },
  {
    title: 'Enterprise Slack',
    types: ['SlackEDatasource'],
    endpoint: { name: '@getESlackAuthCode', appliesTo: isAccount },
  },
  { title: 'Box', types: ['BoxDatasource'], endpoint: { name: '@getBoxAuthCode', appliesTo: isUser } },
  {
    title: 'Google Drive',
    types: ['GDriveDatasource'],
    endpoint: { name: '@getGDriveAuthCode', appliesTo: isUser },
  },
  { title: 'Gmail', types: ['GMailDatasource'] },
  {
    title: 'Dropbox',
    types: ['DropboxDatasource'],
    endpoint: { name: '@getDOAuthCode', appliesTo: isAccount },
  },
  {
    title: 'Microsoft',
    types: ['MGraphMailDatasource', 'OnedriveDatasource', 'SharepointDatasource', 'MsTeamsDatasource'],
    endpoint: { name: '@getMGraphAuthCode', appliesTo: isAccount },
  },
];

/** The provider that asks for consent for a `@type`. Undefined for a type with other credentials. */
export function consentProvider(type: string): ConsentProvider | undefined {
  return consentProviders.find(({ types }) => types.includes(type));
}
