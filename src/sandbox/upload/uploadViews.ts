import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Serializer } from '../content/serializer.ts';
import { isFolderType } from '../base/datasourceTypes.ts';
import type { Answer } from '../http/answer.ts';
import { Refusal, empty, json } from '../http/answer.ts';
import { notFound, preconditionFailed } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { UploadReceiver } from './receiver.ts';
import {
  bytesHeader,
  isPatch,
  md5Header,
  metadataFileName,
  numberHeader,
  readFileName,
  refusedUpload,
  sentContentType,
  tusHeaders,
  uploadedName,
} from './tusHeaders.ts';
import type { StoredResource } from '../store/storedResource.ts';
import type { Upload, UploadStore } from './uploadStore.ts';

interface UploadDeps {
  readonly uploads: UploadStore;
  readonly receiver: UploadReceiver;
  readonly serializer: Serializer;
}

/** Whether an object accepts uploads. Only folder Datasources and their Resources do. */
function takesFiles(target: Target): boolean {
  return isFolderType(target.node.type);
}

function conflict(reason: string): Refusal {
  return new Refusal(json({ reason }, 409));
}

async function digest(file: string): Promise<string> {
  const md5 = createHash('md5');
  await pipeline(createReadStream(file), md5);
  return md5.digest('hex');
}

/**
 * Compares the file with the checksum that the client announced, and stores the file. Drops a damaged upload.
 * @throws Refusal 412 for a wrong checksum
 */
async function finish(
  upload: Upload,
  { uploads, receiver }: UploadDeps,
  login: string | undefined,
): Promise<string | undefined> {
  const { md5 } = upload;
  if (md5 !== undefined && md5 !== (await digest(uploads.path(upload)))) {
    await uploads.remove(upload);
    throw preconditionFailed('UPLOAD-MD5 does not match the content');
  }
  return receiver.receive(upload, login);
}

/** Refuses an object that takes no files, and a field that is not a file. @throws Refusal 404 */
function mustBeFile({ target, tail }: Pick<ViewRequest, 'target' | 'tail'>): void {
  if (tail.length === 0 || tail.length > 2) throw notFound();
  if (tail[0] !== 'file' || !takesFiles(target)) throw new Refusal(json({ reason: 'No valid name' }, 404));
}

/**
 * PATCH `@upload/file` uploads a whole file as the body (docs/onna-api.md §4 and §18). On a Resource, it replaces the
 * content. `X-UPLOAD-MD5HASH` is not checked.
 */
function uploadView({ uploads, receiver, serializer }: UploadDeps): ServiceView {
  return {
    name: '@upload',
    methods: ['PATCH'],
    permission: 'guillotina.ModifyContent',
    takesTail: true,
    appliesTo: anyTarget,
    isAction: true,
    async answer({ target, tail, header, stream, base, login }: ViewRequest) {
      mustBeFile({ target, tail });
      const isReplacing = target.kind === 'resource';
      const newName = readFileName(uploadedName(header) ?? (isReplacing ? undefined : tail[1]));
      const length = numberHeader(header, 'x-upload-size');
      const upload = await uploads.create({
        ...{ nodeId: target.node.id, fileName: newName, length: undefined },
        ...(isReplacing
          ? { fileName: target.resource.originKey, newName, contentType: sentContentType(header) }
          : {}),
      });
      try {
        const size = await uploads.append(upload, stream());
        if (length !== undefined && size !== length)
          throw refusedUpload('Upload size does not match what was provided');
      } catch (error) {
        await uploads.remove(upload);
        throw error;
      }
      const path = await receiver.receive(upload, login);
      if (path === undefined) throw notFound();
      // A client needs the address of a new file only.
      if (target.kind === 'resource') return empty(200);
      return json({ '@id': serializer.id(base, `${target.node.path}/${path}`) });
    },
  };
}

/**
 * Finds the upload of a request: the one of a Resource, or one of a Datasource by the last path segment.
 * @returns Undefined if the Resource has no upload.
 * @throws Refusal 404 if the Datasource has no such upload
 */
function uploadOf({ target, tail }: ViewRequest, uploads: UploadStore): Upload | undefined {
  if (target.kind === 'resource' || !takesFiles(target)) mustBeFile({ target, tail });
  if (target.kind === 'resource') return uploads.ofResource(target.resource.uid);
  const upload = tail.length === 1 ? uploads.byId(tail[0] ?? '') : undefined;
  if (upload?.nodeId !== target.node.id) throw notFound();
  return upload;
}

/**
 * POST `@tusPOST` (of a Datasource) or `@tusupload/file` (of a Datasource or a Resource) creates an upload. With
 * `X-HTTP-Method-Override: PATCH`, it continues one.
 */
function beginView(deps: UploadDeps, name: string): ServiceView {
  const { uploads, serializer } = deps;

  /** Ends the upload that a Resource already has. @throws Refusal 412 while another client is sending it */
  async function replaceUpload({ uid }: StoredResource, header: ViewRequest['header']): Promise<void> {
    const known = uploads.ofResource(uid);
    if (!known) return;
    if (uploads.isActive(known) && header('tus-override-upload') !== '1')
      throw refusedUpload('Another upload of this file is active');
    await uploads.remove(known);
  }

  return {
    name,
    methods: ['POST'],
    permission: 'guillotina.AddContent',
    takesTail: true,
    takesFolders: true,
    appliesTo: name === '@tusPOST' ? takesFiles : anyTarget,
    async answer(request: ViewRequest): Promise<Answer> {
      const { target, tail, header, base, login } = request;
      if (name === '@tusupload' && isPatch(header)) return continueUpload(deps, request);
      if (name === '@tusupload') mustBeFile(request);
      else if (tail.length > 0) throw notFound();
      const length = bytesHeader(header, 'upload-length');
      if (length === undefined && header('upload-defer-length') !== '1')
        throw refusedUpload('Upload-Length or Upload-Defer-Length is required');
      if (header('tus-resumable') === undefined) throw refusedUpload('TUS-Resumable is required');
      const resource = target.kind === 'resource' ? target.resource : undefined;
      const named =
        header('x-upload-filename') ??
        header('upload-filename') ??
        metadataFileName(header('upload-metadata')) ??
        (resource ? undefined : tail[1]);
      const newName = readFileName(named);
      const fileName = resource?.originKey ?? newName;
      const md5 = md5Header(header);
      const folder = target.kind === 'node' ? target.folder : undefined;
      if (resource) await replaceUpload(resource, header);
      const upload = await uploads.create({
        ...{ nodeId: target.node.id, fileName, length, folder, md5 },
        ...(resource ? { resourceUid: resource.uid, newName, contentType: sentContentType(header) } : {}),
      });
      uploads.touch(upload);
      if (length === 0) await finish(upload, deps, login);
      const location = resource
        ? `${serializer.id(base, request.path)}/@tusupload/${tail.map(encodeURIComponent).join('/')}`
        : `${serializer.id(base, target.node.path)}/@tusupload/${upload.id}`;
      return { ...json({}, 201), headers: { ...tusHeaders, location } };
    },
  };
}

/** HEAD `@tusupload/{id}` of a Datasource or `@tusupload/file` of a Resource returns the offset of an upload. */
function offsetView({ uploads }: UploadDeps): ServiceView {
  return {
    name: '@tusupload',
    methods: ['HEAD'],
    permission: 'guillotina.AddContent',
    takesTail: true,
    appliesTo: anyTarget,
    async answer(request: ViewRequest) {
      const upload = uploadOf(request, uploads);
      const offset = upload ? await uploads.offset(upload) : 0;
      const length: Readonly<Record<string, string>> =
        upload?.length === undefined && request.target.kind === 'node'
          ? { 'upload-defer-length': '1' }
          : { 'upload-length': String(upload?.length ?? 0) };
      return { ...empty(200), headers: { ...tusHeaders, 'upload-offset': String(offset), ...length } };
    },
  };
}

async function append(deps: UploadDeps, request: ViewRequest, found: Upload): Promise<Answer> {
  const { uploads } = deps;
  const { header, stream, login } = request;
  const arrived = await uploads.offset(found);
  const begins = numberHeader(header, 'upload-offset');
  if (begins === undefined) throw refusedUpload('Upload-Offset is required');
  if (begins !== arrived) throw conflict(`Current upload offset (${arrived}) does not match`);
  const sent = bytesHeader(header, 'upload-length');
  if (found.length !== undefined && sent !== undefined && sent !== found.length)
    throw conflict('Upload-Length was already set to another value');
  if (sent !== undefined && sent < arrived) throw conflict(`${arrived} bytes have already been received`);
  const upload = sent === undefined ? found : uploads.setLength(found, sent);
  uploads.touch(upload);
  const offset = await uploads.append(upload, stream());
  uploads.touch(upload);
  const isFinished = offset === upload.length;
  if (isFinished && (await finish(upload, deps, login)) === undefined) throw notFound();
  return {
    ...json({}),
    headers: {
      ...tusHeaders,
      'upload-offset': String(offset),
      ...(isFinished ? { 'tus-upload-finished': '1' } : {}),
    },
  };
}

/** Appends the body to an upload. The request that completes the upload creates or replaces the Resource. */
async function continueUpload(deps: UploadDeps, request: ViewRequest): Promise<Answer> {
  const upload = uploadOf(request, deps.uploads);
  if (!upload) {
    if (request.header('upload-offset') === undefined) throw refusedUpload('Upload-Offset is required');
    throw conflict('There is no upload of this file');
  }
  const release = deps.uploads.hold(upload);
  // Refuse a second request, because the bytes of concurrent requests would be mixed.
  if (!release) throw conflict('Another request is writing to this upload');
  try {
    return await append(deps, request, upload);
  } finally {
    release();
  }
}

/** PATCH `@tusupload/{id}` of a Datasource or `@tusupload/file` of a Resource appends bytes to an upload. */
function appendView(deps: UploadDeps): ServiceView {
  return {
    name: '@tusupload',
    methods: ['PATCH'],
    permission: 'guillotina.AddContent',
    takesTail: true,
    appliesTo: anyTarget,
    answer: (request) => continueUpload(deps, request),
  };
}

/** The views of `@upload`, `@tusupload` and `@tusPOST`. */
export function uploadViews(deps: UploadDeps): ServiceView[] {
  return [
    uploadView(deps),
    beginView(deps, '@tusPOST'),
    beginView(deps, '@tusupload'),
    offsetView(deps),
    appendView(deps),
  ];
}
