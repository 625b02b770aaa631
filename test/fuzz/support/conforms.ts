import assert from 'node:assert/strict';
import type { NodePath } from '../../../src/onna/address.ts';
import type { ChildrenPage } from '../../../src/onna/wire/children.ts';
import type { DatasourceSize, ListingPage } from '../../../src/onna/wire/listing.ts';
import type { WireNode } from '../../../src/onna/wire/node.ts';
import type { ResourceDetails } from '../../../src/onna/wire/resource.ts';
import type { SearchResults } from '../../../src/onna/wire/search.ts';
import type { LogPage } from '../../../src/onna/wire/logs.ts';

function isText(value: unknown, name: string): void {
  assert.equal(typeof value, 'string', name);
}

function isTextOrNothing(value: unknown, name: string): void {
  if (value !== undefined) isText(value, name);
}

/** Asserts that a number is finite, because JSON files store `Infinity` as `null`. */
function isNumberOrNothing(value: number | undefined, name: string): void {
  if (value !== undefined) assert.ok(Number.isFinite(value), `${name}: ${value}`);
}

/** Asserts that a time is within the range of `Date`, because formatting any other time throws. */
function isTimeOrNothing(value: number | undefined, name: string): void {
  if (value !== undefined) assert.ok(!Number.isNaN(new Date(value).getTime()), `${name}: ${value}`);
}

/** Asserts that a path has no empty segments and no segments `.` or `..`. */
export function isNodePath(path: NodePath): void {
  assert.match(path, /^(?:\/[^/]+)*$/s);
  assert.ok(!path.split('/').some((segment) => segment === '.' || segment === '..'), path);
}

/** Asserts that the values of a node match the type {@link WireNode}. */
export function isNode(node: WireNode): void {
  isNodePath(node.path);
  isNodePath(node.parentPath);
  assert.ok(node.path.startsWith(node.parentPath));
  for (const name of ['type', 'title'] as const) isText(node[name], name);
  for (const name of ['uid', 'timestamp', 'syncStatus', 'syncType', 'message'] as const)
    isTextOrNothing(node[name], name);
  assert.notEqual(node.uid, '');
  for (const name of ['created', 'modified', 'lastSync', 'nextSync'] as const)
    isTimeOrNothing(node[name], name);
  isNumberOrNothing(node.resourceCount, 'resourceCount');
  for (const creator of node.creators ?? []) isText(creator, 'creator');
  for (const flag of Object.values(node.permissions ?? {}))
    assert.ok(flag === undefined || typeof flag === 'boolean');
  assert.ok([undefined, 'valid', 'expired', 'missing'].includes(node.credential));
}

export function isListing(page: ListingPage): void {
  page.nodes.forEach(isNode);
  for (const entry of page.deleted) isText(entry, 'deleted');
  isTextOrNothing(page.cursor, 'cursor');
  assert.notEqual(page.cursor, '');
  for (const { key, problem } of page.unread) {
    isTextOrNothing(key, 'key');
    isText(problem, 'problem');
  }
  assert.equal(page.nodes.length + page.unread.length, page.received);
}

export function isChildrenPage(page: ChildrenPage): void {
  for (const { path, title } of page.children) {
    isNodePath(path);
    assert.notEqual(path, '');
    isTextOrNothing(title, 'title');
  }
  assert.ok(page.received >= page.children.length);
  isTextOrNothing(page.cursor, 'cursor');
  assert.notEqual(page.cursor, '');
}

export function isResource(details: ResourceDetails): void {
  const { size, modified, processed, ...texts } = details;
  isNumberOrNothing(size, 'size');
  for (const [name, value] of Object.entries({ modified, processed })) isTimeOrNothing(value, name);
  for (const [name, value] of Object.entries(texts)) isTextOrNothing(value, name);
  if (texts.origin !== undefined) assert.match(texts.origin, /^https?:/i);
}

export function isSize({ bytesProcessed, resourceCount }: DatasourceSize): void {
  isNumberOrNothing(bytesProcessed, 'bytesProcessed');
  isNumberOrNothing(resourceCount, 'resourceCount');
}

export function isSearchResults(results: SearchResults): void {
  assert.equal(results.hits.length + results.dropped, results.received);
  isNumberOrNothing(results.total, 'total');
  for (const hit of results.hits) {
    const { id, modified, datasource, highlights, exceptions, sort, ...texts } = hit;
    isText(id, 'id');
    isTimeOrNothing(modified, 'modified');
    isTextOrNothing(exceptions?.processing, 'exceptions.processing');
    isTextOrNothing(exceptions?.origin, 'exceptions.origin');
    isTimeOrNothing(exceptions?.at, 'exceptions.at');
    for (const value of sort ?? []) assert.ok(typeof value === 'string' || typeof value === 'number');
    for (const [name, value] of Object.entries({ ...texts, ...datasource })) isTextOrNothing(value, name);
    for (const { field, fragments } of highlights)
      for (const text of [field, ...fragments]) isText(text, field);
  }
  for (const [facet, buckets] of results.facets) {
    isText(facet, 'facet');
    for (const { key, count } of buckets) {
      isText(key, 'key');
      isNumberOrNothing(count, 'count');
    }
  }
}

const plain: readonly unknown[] = [null, Object.prototype, Array.prototype, Map.prototype];
const ownNames = (): string =>
  [Object, Array, Map, Function, String, Number]
    .map(({ prototype }) => Object.getOwnPropertyNames(prototype as object).join())
    .join('\n');
const untouched = ownNames();

function inheritsNothingElse(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  assert.ok(plain.includes(Object.getPrototypeOf(value)), 'a response has changed a prototype');
  const entries = value instanceof Map ? [...value.values()] : Object.values(value);
  for (const entry of entries as unknown[]) inheritsNothingElse(entry);
}

/** Asserts that all objects in `value` have standard prototypes, and that no prototype has new properties. */
export function isUnpolluted(value: unknown): void {
  assert.equal(ownNames(), untouched);
  inheritsNothingElse(value);
}

export function isLogPage({ items, cursor, received }: LogPage): void {
  assert.ok(items.length <= received);
  isTextOrNothing(cursor, 'cursor');
  for (const { at, start, outcome, counts, ...texts } of items) {
    isTimeOrNothing(at, 'at');
    isTimeOrNothing(start, 'start');
    assert.ok(['success', 'error', 'info'].includes(outcome));
    for (const name of ['added', 'changed', 'removed'] as const) isNumberOrNothing(counts?.[name], name);
    for (const [name, value] of Object.entries(texts)) isTextOrNothing(value, name);
  }
}
