import fc from 'fast-check';

/** Names of fields and parameters in the API, so that random requests pass the first checks. */
export const fieldNames = [
  ...['@type', 'id', 'title', 'type_sync', 'sync_status', 'original_url', 'urls', '__proto__', 'constructor'],
  ...['advanced', 'and', 'or', 'and_not', 'text_contains', 'in', 'exists', '>', '<', 'var', 'size', 'from'],
  ...[
    'sort',
    'field',
    'direction',
    'facets',
    'facetType',
    'facetSelected',
    'includes',
    'excludes',
    'highlight',
  ],
  ...['filters', 'filterType', 'filtersSelected', 'terms', 'term', 'term_type', 'search_after', 'cursor'],
  ...['prinrole', 'prinperm', 'roleperm', 'principal', 'role', 'setting', 'destination', 'new_id'],
  ...['X-Auth-Secret', 'Authorization', 'page_size', 'scroll', 'since', 'types', 'parent_uids'],
  ...[
    'op',
    'value',
    'index',
    'data_types',
    'tags',
    'effective_date',
    'collect_links',
    'permission',
    'permissions',
  ],
  ...['reset_acl', 'behavior', 'include', 'omit', 'fullobjects', '_size', '_fullobject', '_aggregations'],
  ...[
    'guillotina.behaviors.dublincore.IDublinCore',
    'description',
    'username',
    'password',
    'code',
    'grant_type',
  ],
];
/** Texts that often cause errors in servers. */
export const hostileText = fc.constantFrom(
  ...[
    '',
    ' ',
    '\0',
    '../../../etc/passwd',
    '..\\..\\x',
    '/',
    '%2e%2e%2f',
    'x'.repeat(70_000),
    '\ud800',
    '‮txt.exe',
  ],
  ...[
    "'; DROP TABLE nodes; --",
    '"',
    '*',
    'NEAR(',
    '"a" NOT',
    '<script>',
    '__proto__',
    'CON',
    'auto',
    'one',
    'title',
  ],
  ...[
    'extracted_text',
    'date_modified',
    'guillotina.Reader',
    'Allow',
    'Workspace',
    'ConfluenceDatasource',
    'paused',
  ],
  ...['file:///etc', 'file:///', 'http://elsewhere.test/', 'Bearer x', '/workspaces', '9'.repeat(400)],
);
const hostileNumber = fc.constantFrom(-1, 0, 1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 10_000, 10_001, 1e21);
const hostileJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    hostileText,
    hostileNumber,
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...fieldNames), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;
/** Request bodies: mostly valid JSON, some malformed texts, and one deeply nested array. */
export const hostileBody = fc.oneof(
  { weight: 8, arbitrary: hostileJson.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{', '[1,', '{"a":1}}', '\ufeff{}', 'nul', '"\\ud800"', '1e999'),
  },
  { weight: 1, arbitrary: fc.constant(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) },
);
/** Request headers that the API reads, with valid and invalid values. */
export const hostileHeaders = fc.dictionary(
  fc.constantFrom(
    ...['tus-resumable', 'upload-offset', 'upload-length', 'upload-metadata', 'upload-defer-length', 'range'],
    ...['x-upload-filename', 'x-upload-size', 'x-upload-md5hash', 'if-range', 'content-type', 'accept'],
    ...['x-upload-filename-b64', 'x-http-method-override', 'tus-override-upload'],
  ),
  fc.constantFrom(
    '1.0.0',
    '-1',
    '0',
    '1e9',
    'NaN',
    'bytes=0-',
    'bytes=5-2',
    'bytes=-0',
    '../x',
    'filename /w==',
    'PATCH',
    'text/html',
    '',
  ),
  { maxKeys: 4 },
);
