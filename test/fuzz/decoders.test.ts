import assert from 'node:assert/strict';
import fc from 'fast-check';
import { areReadable, decodeChildren } from '../../src/onna/wire/children.ts';
import { decodeListing, decodeMe, decodeSize } from '../../src/onna/wire/listing.ts';
import { decodeLogPage } from '../../src/onna/wire/logs.ts';
import { decodeNode } from '../../src/onna/wire/node.ts';
import { decodeTexts } from '../../src/onna/wire/queryHelp.ts';
import { decodeResource } from '../../src/onna/wire/resource.ts';
import { decodeSearchResults } from '../../src/onna/wire/search.ts';
import { address, bodies } from './support/bodies.ts';
import * as conforms from './support/conforms.ts';
import { fuzz } from './support/fuzz.ts';
import { mutated, oddValue, textOf } from './support/oddJson.ts';

/** Runs each decoder. Fails if a decoder throws an error or returns a value that does not match its type. */
function decodeAll(text: string): void {
  const json: unknown = JSON.parse(text);
  const node = decodeNode(address, json);
  if (node) conforms.isNode(node);
  const listing = decodeListing(address, json);
  if (listing) conforms.isListing(listing);
  const children = decodeChildren(address, '/ws/wiki', json);
  if (children) {
    conforms.isChildrenPage(children);
    areReadable(children.children);
  }
  const resource = decodeResource(json);
  if (resource) conforms.isResource(resource);
  const found = decodeSearchResults(json);
  if (found.ok) conforms.isSearchResults(found.results);
  const size = decodeSize(json);
  if (size) conforms.isSize(size);
  const log = decodeLogPage(json);
  if (log) conforms.isLogPage(log);
  const me = decodeMe(json);
  const texts = decodeTexts(json);
  assert.ok(texts.every((entry) => typeof entry === 'string' && entry.length <= 200));
  conforms.isUnpolluted([node, listing, children, resource, found, size, log, me, texts]);
}

/** JSON texts for which a decoder once returned an invalid value. */
const regressions = {
  'a number that JSON.stringify cannot write': '{"bytes_processed":1e999}',
  'a date outside the range of Date':
    '{"@id":"/ws/wiki","@type":"SlackDatasource","creation_date":8640000000000001}',
  'an infinite count': '{"member":[],"aggregations":{"x":{"buckets":[{"key":"a","doc_count":1e999}]}}}',
};

describe('Each decoder', () => {
  it('returns a valid value or rejects the response, for any JSON', async () => {
    await fuzz(
      'decoders with random JSON',
      fc.property(oddValue.map(textOf), (text) => decodeAll(text)),
      Object.values(regressions).map((text) => [text]),
    );
  });

  it('returns a valid value or rejects the response, for a realistic response with random changes', async () => {
    await fuzz(
      'decoders with mutated responses',
      fc.property(mutated(bodies), (text) => decodeAll(text)),
    );
  });
});
