import { consentProvider } from '../auth/consentTypes.ts';
import { isFolderType, syncTypesOf } from '../base/datasourceTypes.ts';

/** A capability as `@datasourceTypes` lists it (docs/onna-api.md §2). Onna does not publish the ids. */
interface Capability {
  readonly id: string;
  readonly title: string;
}

const titleOfSync: Readonly<Record<string, string>> = {
  auto: 'Mirrors the source',
  one: 'Syncs once',
  arch: 'Keeps deleted files',
};

/** How a Datasource of this type gets its files. */
function sourceOf(type: string): Capability {
  if (isFolderType(type)) return { id: 'origin_upload', title: 'Receives uploads' };
  if (type === 'CrawlerDatasource') return { id: 'origin_urls', title: 'Collects a list of addresses' };
  return consentProvider(type)
    ? { id: 'origin_account', title: 'Collects the account that gave its consent' }
    : { id: 'origin_url', title: 'Collects an address' };
}

function credentialsOf(type: string): readonly Capability[] {
  if (isFolderType(type)) return [];
  return consentProvider(type)
    ? [{ id: 'credentials_consent', title: 'Needs the consent of an account' }]
    : [{ id: 'credentials_secret', title: 'Needs a secret' }];
}

/** The capabilities of a Datasource type: its sync types, its source and its credentials. */
export function capabilitiesOf(type: string): readonly Capability[] {
  return [
    ...syncTypesOf(type).map((sync) => ({ id: `sync_${sync}`, title: titleOfSync[sync] ?? sync })),
    sourceOf(type),
    ...credentialsOf(type),
  ];
}
