import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Serializer } from '../content/serializer.ts';
import { isFolderType } from '../base/datasourceTypes.ts';
import type { Answer } from '../http/answer.ts';
import { Refusal, empty, json } from '../http/answer.ts';
import { notFound, preconditionFailed, schemaViolation } from '../http/refusals.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { UploadReceiver } from './receiver.ts';
import { bytesHeader, metadataFileName, readFileName, requireTus, tusHeaders } from './tusHeaders.ts';
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
  return new Refusal({ ...json({ reason }, 409), headers: tusHeaders });
}

async function digest(file: string): Promise<string> {
  const md5 = createHash('md5');
  await pipeline(createReadStream(file), md5);
  return md5.digest('hex');
}

/**
 * PATCH `@upload/file` uploads a whole file as the body (docs/onna-api.md §4). On a Resource, it replaces the content.
 */
function uploadView({ uploads, receiver, serializer }: UploadDeps): ServiceView {
  return {
    name: '@upload',
    methods: ['PATCH'],
    permission: 'guillotina.ModifyContent',
    takesTail: true,
    appliesTo: takesFiles,
    isAction: true,
    async answer({ target, tail, header, stream, base, login }: ViewRequest) {
      if (tail[0] !== 'file' || tail.length > 2) throw notFound();
      const fileName =
        target.kind === 'resource'
          ? target.resource.originKey
          : readFileName(header('x-upload-filename') ?? tail[1]);
      const length = bytesHeader(header, 'x-upload-size');
      const upload = await uploads.create({ nodeId: target.node.id, fileName, length });
      try {
        const size = await uploads.append(upload, stream());
        if (length !== undefined && size !== length)
          throw preconditionFailed(`X-UPLOAD-SIZE is ${length}, but the body has ${size} bytes`);
        const md5 = header('x-upload-md5hash');
        if (md5 !== undefined && md5.toLowerCase() !== (await digest(uploads.path(upload))))
          throw preconditionFailed('X-UPLOAD-MD5HASH does not match the body');
      } catch (error) {
        await uploads.remove(upload);
        throw error;
      }
      const path = await receiver.receive(upload, login);
      if (path === undefined) throw notFound();
      return json({ '@id': serializer.id(base, `${target.node.path}/${path}`) });
    },
  };
}

/** Finds an upload by the last path segment. The upload must belong to the target Datasource. */
function uploadOf({ target, tail }: ViewRequest, uploads: UploadStore): Upload {
  const upload = tail.length === 1 ? uploads.byId(tail[0] ?? '') : undefined;
  if (upload?.nodeId !== target.node.id) throw notFound();
  return upload;
}

/** POST `@tusPOST` (of a Datasource) or `@tusupload/file` (of a Datasource or a Resource) creates an upload. */
function beginView({ uploads, receiver, serializer }: UploadDeps, name: string): ServiceView {
  return {
    name,
    methods: ['POST'],
    permission: 'guillotina.AddContent',
    takesTail: true,
    appliesTo: takesFiles,
    async answer({ target, tail, header, base, login }: ViewRequest): Promise<Answer> {
      if (name === '@tusupload' ? tail[0] !== 'file' || tail.length > 2 : tail.length > 0) throw notFound();
      requireTus(header);
      const length = bytesHeader(header, 'upload-length');
      if (length === undefined && header('upload-defer-length') !== '1')
        throw schemaViolation('body', 'Upload-Length', 'Upload-Length or Upload-Defer-Length is required');
      const named = metadataFileName(header('upload-metadata')) ?? header('upload-filename') ?? tail[1];
      const fileName = target.kind === 'resource' ? target.resource.originKey : readFileName(named);
      const upload = await uploads.create({ nodeId: target.node.id, fileName, length });
      if (length === 0) await receiver.receive(upload, login);
      const location = `${serializer.id(base, target.node.path)}/@tusupload/${upload.id}`;
      return { ...empty(201), headers: { ...tusHeaders, location } };
    },
  };
}

/** HEAD `@tusupload/{id}` returns the offset of an upload. */
function offsetView({ uploads }: UploadDeps): ServiceView {
  return {
    name: '@tusupload',
    methods: ['HEAD'],
    permission: 'guillotina.AddContent',
    takesTail: true,
    appliesTo: (target) => isDatasource(target) && takesFiles(target),
    async answer(request: ViewRequest) {
      const upload = uploadOf(request, uploads);
      const { length } = upload;
      return {
        ...empty(200),
        headers: {
          ...tusHeaders,
          'upload-offset': String(await uploads.offset(upload)),
          ...(length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) }),
        },
      };
    },
  };
}

/** PATCH `@tusupload/{id}` appends bytes to an upload. The request that completes the upload creates the Resource. */
function appendView({ uploads, receiver }: UploadDeps): ServiceView {
  async function append(request: ViewRequest, found: Upload): Promise<Answer> {
    const { header, stream, login } = request;
    const arrived = await uploads.offset(found);
    if (bytesHeader(header, 'upload-offset') !== arrived)
      throw conflict(`Current upload offset (${arrived}) does not match`);
    const sent = bytesHeader(header, 'upload-length');
    if (found.length !== undefined && sent !== undefined && sent !== found.length)
      throw conflict('Upload-Length was already set to another value');
    if (sent !== undefined && sent < arrived) throw conflict(`${arrived} bytes have already been received`);
    const upload = sent === undefined ? found : uploads.setLength(found, sent);
    const offset = await uploads.append(upload, stream());
    const isFinished = offset === upload.length;
    if (isFinished && (await receiver.receive(upload, login)) === undefined) throw notFound();
    return {
      ...empty(200),
      headers: {
        ...tusHeaders,
        'upload-offset': String(offset),
        ...(isFinished ? { 'tus-upload-finished': '1' } : {}),
      },
    };
  }

  return {
    name: '@tusupload',
    methods: ['PATCH'],
    permission: 'guillotina.AddContent',
    takesTail: true,
    appliesTo: (target) => isDatasource(target) && takesFiles(target),
    async answer(request: ViewRequest) {
      requireTus(request.header);
      const upload = uploadOf(request, uploads);
      const release = uploads.hold(upload);
      // Refuse a second request, because concurrent requests would mix their bytes.
      if (!release) throw conflict('Another request is writing to this upload');
      try {
        return await append(request, upload);
      } finally {
        release();
      }
    },
  };
}

/** `@upload`, `@tusupload` and `@tusPOST`. */
export function uploadViews(deps: UploadDeps): ServiceView[] {
  return [
    uploadView(deps),
    beginView(deps, '@tusPOST'),
    beginView(deps, '@tusupload'),
    offsetView(deps),
    appendView(deps),
  ];
}
