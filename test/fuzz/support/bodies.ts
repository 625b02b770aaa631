/** The address of the account in the fuzz tests. */
export const address = {
  baseUrl: 'https://onna.example.test',
  container: 'rel0',
  account: 'lumenfjord',
} as const;

const root = 'https://onna.example.test/api/rel0/lumenfjord';
const wiki = `${root}/workspaces/harbour-Qx3vTz/wiki`;
const uid = '5be10f7c2a9d4c60a1f3e8d27b64c910';
const metadata = 'onna.canonical.behaviors.metadata.IMetadata';

/** The JSON of a Datasource (docs/onna-api.md §4 and §15). */
const datasource = {
  ...{ '@id': wiki, '@type': 'ConfluenceDatasource', '@name': 'wiki', '@uid': uid, title: 'Harbour wiki' },
  parent: { '@id': `${root}/workspaces/harbour-Qx3vTz`, '@type': 'Workspace' },
  creation_date: '2021-06-07T07:39:45.120034+00:00',
  modification_date: '2021-06-09T11:02:10.500120+00:00',
  ...{ type_sync: 'arch', sync_status: 'failed', sync_message: 'no response', doc_count: 1843 },
  ...{ last_sync: '2021-06-09T11:00:00+00:00', next_sync: 1_623_237_000, credential_state: 'expired' },
  'guillotina.behaviors.dublincore.IDublinCore': {
    title: 'Harbour wiki',
    creators: ['ines@lumenfjord.test'],
  },
  ...{ items: [], length: 1843 },
};

/** A response of `@data` (docs/onna-api.md §3). */
const listing = {
  updates: [
    {
      ...{
        '@id': wiki,
        '@type': 'ConfluenceDatasource',
        '@name': 'wiki',
        '@uid': uid,
        title: 'Harbour wiki',
      },
      '@timestamp': '2021-06-09T11:02:11.004000+00:00',
      creators: ['ines@lumenfjord.test'],
      '@users-permissions': { 'guillotina.ModifyContent': true, 'onna.SendToSpyder': false },
    },
    { '@id': `${root}/workspaces/harbour-Qx3vTz`, '@type': 'Workspace', '@uid': '0c2f', title: 'Harbour' },
  ],
  deleted: ['9a7d0e5512c84f3f8b6e1d20c3f4a5b6', '/workspaces/harbour-Qx3vTz/old'],
  ...{ total: 2, cursor: 'bmV4dA==' },
};

/** The JSON of a Resource (docs/onna-api.md §10). */
const resource = {
  ...{ '@id': `${wiki}/1f0c/tides.html`, '@type': 'Resource', '@name': 'tides.html', title: 'Tides' },
  [metadata]: {
    ...{ resource_name: 'tides.html', content_type: 'text/html', content_length: 2048 },
    ...{ date_modified: 1_623_236_530, processing_date: '2021-06-09T11:02:10+00:00' },
    processing_exception: 'Encrypted Document',
  },
  'onna.canonical.behaviors.origin.IOrigin': {
    ...{ origin: 'https://wiki.example.test/tides', origin_folder_path: '/notes', origin_exception: '' },
  },
};

/** A response of `@frontsearch` (docs/onna-api.md §6). */
const found = {
  member: [
    {
      ...{ '@id': `${wiki}/1f0c/tides.html`, '@uid': 'c4d1', title: 'Tides', type_name: 'Resource' },
      ...{ extension: '.HTML', date_modified: '2021-06-09T11:02:10.500120+00:00' },
      parent_datasource: { uuid: uid, title: 'Harbour wiki' },
      '@highlight': { extracted_text: ['the <em>ebb</em> tide'], title: '<em>Tides</em>' },
    },
    { '@id': `${wiki}/x`, [metadata]: { resource_name: 'x.md', extension: 'md' } },
  ],
  items_count: 2,
  aggregations: { extension: { buckets: [{ key: 'html', doc_count: 12 }] } },
};

const paths = {
  items: ['/workspaces/harbour-Qx3vTz/wiki/1f0c/tides.html', `${wiki}/1f0c/pilots%20and%20charts.pdf`],
  cursor: 'c2Nyb2xsLTAwMQ==',
};
const titled = { items: [resource, { path: '/ws/77ab/berths.html', '@name': 'berths' }], cursor: null };

/** One example of each kind of response that the client decodes, as in docs/onna-api.md. */
export const bodies = [
  ...[datasource, listing, { ...listing, updates: { a: datasource } }, resource, found, paths, titled],
  { bytes_processed: 73_400_320, doc_count: 1843 },
  { blocked: false, groups: [], id: 'ines', mail: 'ines@lumenfjord.test', name: 'Ines', roles: {} },
  { auth_code: 'f3c1' },
];

/** Bodies of error responses (docs/onna-api.md §9). */
export const errorBodies = [
  { reason: 'unauthorized', auth: 'ines@lumenfjord.test', message: 'no' },
  { auth: 'Anonymous User' },
  { reason: 'jsonSchema', details: 'x', deserialization_errors: [{ field: 'title', message: 'Required' }] },
  { summary: 'conflict' },
  { error: { type: 'x', message: 'No' }, eid: '4f1d' },
  { reason: { exception_message: 'x' }, parameter: 'epoch_from', message: 'not a number' },
];
