import { decodeNode } from '../../../../src/onna/wire/node.ts';
import type { WireNode } from '../../../../src/onna/wire/node.ts';
import type { Listing } from '../../../../src/onna/listing.ts';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';

export const connection = connectionTo(
  { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' },
  'ines@lumenfjord.test',
);

/** Decodes a Datasource that has these fields and default values for all others. */
export function node(name: string, fields: Record<string, unknown> = {}): WireNode {
  const decoded = decodeNode(connection, {
    '@id': `https://onna.example.test/api/rel0/lumenfjord/workspaces/harbour/${name}`,
    '@type': 'ConfluenceDatasource',
    '@uid': `uid-${name}`,
    '@timestamp': '2026-03-01T11:00:00.000001+00:00',
    title: name,
    sync_status: 'synced',
    type_sync: 'auto',
    ...fields,
  });
  if (!decoded) throw new Error('the fields do not form a node');
  return decoded;
}

export function listing(nodes: readonly WireNode[], deleted: readonly string[] = [], since = 's1'): Listing {
  return { everything: false, nodes, deleted, since, unreadable: 0, problems: new Map(), end: 'reached' };
}
