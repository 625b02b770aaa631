import { create as createDisposition } from 'content-disposition';
import type { Answer } from '../http/answer.ts';
import { Refusal, json } from '../http/answer.ts';
import { notFound } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import type { ContentStore } from '../store/contents.ts';
import { fileNameOf } from '../store/storedResource.ts';
import type { StoredResource } from '../store/storedResource.ts';

interface Range {
  readonly start: number;
  /** Exclusive end. */
  readonly end: number;
}

/** Reads a position as the framework does: spaces, a sign and `_` between digits are allowed. */
function position(text: string): number {
  return /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
}

/**
 * Parses a `Range` header that contains one range. Returns undefined if there is no header. As in the framework, a
 * range must not end beyond the file, but it may be empty: `10-` for a file with 10 bytes (docs/onna-api.md §18).
 * @throws Refusal 416 for an invalid range or for several ranges
 */
function readRange(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined;
  const [from = '', ...rest] = (header.split('bytes=').at(-1) ?? '').split('-');
  const to = rest.join('-');
  const start = position(from);
  const end = to === '' ? size : position(to) + 1;
  if (Number.isNaN(start) || Number.isNaN(end))
    throw unsatisfiable({ reason: 'rangeNotParsable', range: header }, size);
  if (start > end || start < 0)
    throw unsatisfiable({ reason: 'invalidRange', range: header, message: 'Invalid range' }, size);
  if (end > size)
    throw unsatisfiable(
      { reason: 'invalidRange', range: header, message: 'Invalid range, too large end value' },
      size,
    );
  return { start, end };
}

function unsatisfiable(body: Readonly<Record<string, string>>, size: number): Refusal {
  return new Refusal({ ...json(body, 416), headers: { 'content-range': `bytes */${size}` } });
}

/** `Content-Disposition` of the type that the client asks for. Any word is accepted, as in the framework. */
function dispositionOf(fileName: string, query: URLSearchParams): string {
  const wanted = query.get('disposition') ?? '';
  const type = /^[a-z]+$/i.test(wanted) ? wanted : 'attachment';
  // The framework always puts the name in quotes.
  return createDisposition(fileName, { type }).replace(/filename=([^"\s;]+)/, 'filename="$1"');
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
      name: fileNameOf(resource),
      contentType: resource.contentType,
      size: resource.size,
      bytes: (start, end) => contents.bytes(contentId, start, end),
    };
  }
  const extracted = field === 'extracted_text' ? index.text(resource.id) : undefined;
  if (extracted === undefined || extracted === '') return undefined;
  const bytes = Buffer.from(extracted, 'utf8');
  return {
    name: `${fileNameOf(resource)}.txt`,
    contentType: 'text/plain; charset=utf-8',
    size: bytes.length,
    bytes: (start, end) => [bytes.subarray(start, end)],
  };
}

/** The reason for a 404: the Resource has no file in this field, or the object has no such field. */
function missingFile(field: string, target: Target): string {
  const isField = target.kind === 'resource' && (field === 'file' || field === 'extracted_text');
  return isField ? 'File does not exist' : 'No valid name';
}

/**
 * GET `{resource}/@download/file` or `{resource}/@download/extracted_text` downloads the file or its text.
 * The text exists only after the Resource has been processed.
 */
export function downloadView(contents: ContentStore, index: SearchIndex, trail: AuditTrail): ServiceView {
  return {
    name: '@download',
    methods: ['GET', 'HEAD'],
    permission: 'guillotina.ViewContent',
    takesTail: true,
    appliesTo: anyTarget,
    answer({ method, target, path, tail, query, header, login }: ViewRequest): Answer {
      const [field = '', fileName] = tail;
      const file = target.kind === 'resource' ? fileOf(field, target.resource, contents, index) : undefined;
      if (field === '' || tail.length > 2) throw notFound();
      if (!file) throw new Refusal(json({ reason: missingFile(field, target) }, 404));
      const range = method === 'HEAD' ? undefined : readRange(header('range'), file.size);
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
          'content-disposition': dispositionOf(fileName ?? file.name, query),
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
