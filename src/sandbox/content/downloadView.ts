import { create as createDisposition } from 'content-disposition';
import { parse as parseRange } from 'range-parser';
import type { Answer } from '../http/answer.ts';
import { Refusal, json } from '../http/answer.ts';
import { notFound } from '../http/refusals.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import type { ContentStore } from '../store/contents.ts';
import type { StoredResource } from '../store/resources.ts';

/** The bit that range-parser sets in the `code` of its result if the header has a syntax error. */
const malformedRange = 1;

interface Range {
  readonly start: number;
  /** Exclusive end. */
  readonly end: number;
}

/**
 * Parses a `Range` header that contains one range. Returns undefined if there is no header.
 * @throws Refusal 416 for an invalid range or for several ranges (docs/onna-api.md §4)
 */
function readRange(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined;
  const { type, code, ranges } = parseRange(size, header);
  const isMalformed = (code & malformedRange) !== 0;
  if (type !== 'bytes' || isMalformed || ranges.length > 1) throw unsatisfiable('rangeNotParsable', size);
  const [range] = ranges;
  if (!range) throw unsatisfiable('invalidRange', size);
  return { start: range.start, end: range.end + 1 };
}

function unsatisfiable(reason: string, size: number): Refusal {
  return new Refusal({ ...json({ reason }, 416), headers: { 'content-range': `bytes */${size}` } });
}

interface File {
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  bytes(start: number, end: number): Iterable<Uint8Array>;
}

function fileOf(
  field: string,
  resource: StoredResource,
  contents: ContentStore,
  index: SearchIndex,
): File | undefined {
  if (field === 'file') {
    const { contentId } = resource;
    if (contentId === undefined) return undefined;
    return {
      name: resource.title,
      contentType: resource.contentType,
      size: resource.size,
      bytes: (start, end) => contents.bytes(contentId, start, end),
    };
  }
  const extracted = field === 'extracted_text' ? index.text(resource.id) : undefined;
  if (extracted === undefined || extracted === '') return undefined;
  const bytes = Buffer.from(extracted, 'utf8');
  return {
    name: `${resource.title}.txt`,
    contentType: 'text/plain; charset=utf-8',
    size: bytes.length,
    bytes: (start, end) => [bytes.subarray(start, end)],
  };
}

/**
 * GET `{resource}/@download/file` or `{resource}/@download/extracted_text` downloads one of the two fields. The
 * extracted text exists once the Resource has been processed.
 */
export function downloadView(contents: ContentStore, index: SearchIndex, trail: AuditTrail): ServiceView {
  return {
    name: '@download',
    methods: ['GET', 'HEAD'],
    permission: 'guillotina.ViewContent',
    takesTail: true,
    appliesTo: ({ kind }) => kind === 'resource',
    answer({ method, target, path, tail, query, header, login }: ViewRequest): Answer {
      const [field = '', fileName] = tail;
      const file = target.kind === 'resource' ? fileOf(field, target.resource, contents, index) : undefined;
      if (!file || tail.length > 2) throw notFound();
      const range = readRange(header('range'), file.size);
      const { start, end } = range ?? { start: 0, end: file.size };
      // Log only requests that start at byte 0, because media players and resumed downloads request many ranges of one
      // file.
      if (method === 'GET' && start === 0 && target.kind === 'resource') {
        const { uid } = target.resource;
        const nodeId = target.node.id;
        trail.addActivity({ action: 'download', login, nodeId, uid, path, detail: { field } });
      }
      return {
        status: range ? 206 : 200,
        headers: {
          'accept-ranges': 'bytes',
          'content-disposition': createDisposition(fileName ?? file.name, {
            type: query.get('disposition') === 'inline' ? 'inline' : 'attachment',
          }),
          // The browser must not run a collected HTML file as a page of the sandbox's origin.
          'x-content-type-options': 'nosniff',
          'content-security-policy': 'sandbox',
          ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${file.size}` } : {}),
        },
        body: {
          kind: 'bytes',
          chunks: file.bytes(start, end),
          length: end - start,
          contentType: file.contentType,
        },
      };
    },
  };
}
