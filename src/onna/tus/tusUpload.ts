import BaseUpload from 'tus-js-client/lib.esm/upload.js';
import type { NodePath } from '../address.ts';
import { OnnaError, isOnnaError } from '../errors.ts';
import type { UploadClient } from '../uploadClient.ts';
import { TusHttpStack } from './tusHttpStack.ts';

/** Size of one PATCH, in bytes. Each running upload keeps one part in memory. */
export const partBytes = 4 * 1024 * 1024;

/**
 * Delays before an interrupted upload continues, in ms. The client first requests the offset, so that no byte is sent
 * twice.
 */
const defaultRetryDelaysMs: readonly number[] = [1_000, 5_000];

/** One file to upload with the TUS protocol. */
export interface TusUpload {
  readonly client: UploadClient;
  /** Where the upload is created: {@link UploadClient.newFileUrl} or {@link UploadClient.contentUrl}. */
  readonly endpoint: URL;
  /** The path of an upload that was begun earlier. It continues at the service's offset. */
  readonly resumed: NodePath | undefined;
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** MD5 of the content as hexadecimal digits. */
  readonly md5: string;
  readonly signal: AbortSignal;
  readonly retryDelaysMs?: readonly number[];
  /** Reads the bytes from `start` (inclusive) to `end` (exclusive). */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Called when the service has created the upload. */
  begun(path: NodePath): void;
  /** Called with the number of bytes that the service has received. */
  received(bytes: number): void;
}

/**
 * Uploads a file part by part.
 * @throws OnnaError, with `notFound` if the service no longer knows a resumed upload; or an error of `read`
 */
export async function tusUpload(upload: TusUpload): Promise<void> {
  const { client, endpoint, resumed, name, size, md5, signal, retryDelaysMs = defaultRetryDelaysMs } = upload;
  if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
  const stack = new TusHttpStack(client, { size, signal, extra: creationHeaders(name, md5) });
  let cancel = (): void => undefined;
  await new Promise<void>((resolve, reject) => {
    const running: BaseUpload = new BaseUpload(
      { name },
      {
        endpoint: resumed === undefined ? endpoint.href : null,
        uploadUrl: resumed === undefined ? null : client.uploadUrl(resumed).href,
        metadata: { filename: name },
        headers: {},
        chunkSize: partBytes,
        parallelUploads: 1,
        retryDelays: [...retryDelaysMs],
        storeFingerprintForResuming: false,
        removeFingerprintOnSuccess: false,
        uploadDataDuringCreation: false,
        uploadLengthDeferred: false,
        overridePatchMethod: false,
        addRequestId: false,
        protocol: 'tus-v1',
        fingerprint: () => Promise.resolve(''),
        httpStack: stack,
        fileReader: { openFile: () => Promise.resolve(sourceOf(upload)) },
        onShouldRetry: (error: unknown) => running.url !== null && mayContinue(causeOf(error)),
        onUploadUrlAvailable: () => {
          const path = running.url === null ? undefined : client.uploadPath(running.url);
          if (path !== undefined) upload.begun(path);
        },
        onChunkComplete: (_size: number, received: number) => upload.received(received),
        onSuccess: () => resolve(),
        onError: (error: unknown) => reject(failureOf(error)),
      },
    );
    cancel = () => {
      // tus-js-client reports nothing after an abort.
      reject(new OnnaError({ kind: 'cancelled' }));
      running.abort().catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    running.start();
  }).finally(() => signal.removeEventListener('abort', cancel));
}

/** Headers of the request that creates an upload, in addition to the headers of the protocol (docs/onna-api.md §4). */
function creationHeaders(name: string, md5: string): Readonly<Record<string, string>> {
  const extension = /[^.]\.([0-9A-Za-z]{1,15})$/.exec(name)?.[1];
  return { 'upload-md5': md5, ...(extension === undefined ? {} : { 'upload-extension': extension }) };
}

/** tus-js-client reads the length of a part from `size`. */
function sourceOf(upload: TusUpload): {
  size: number;
  slice(start: number, end: number): Promise<{ value: Uint8Array; done: boolean }>;
  close(): void;
} {
  const { size } = upload;
  return {
    size,
    slice: async (start, end) => {
      const bytes = await upload.read(start, end);
      return { value: Object.assign(bytes, { size: bytes.length }), done: end >= size };
    },
    close: () => undefined,
  };
}

function causeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('causingError' in error)) return error;
  return error.causingError ?? error;
}

/**
 * Whether the upload may continue after this error: the connection broke, the service failed temporarily, or service
 * and client disagree about the offset.
 */
function mayContinue(error: unknown): boolean {
  if (!isOnnaError(error)) return false;
  const { failure } = error;
  return (
    isOnnaError(error, 'unreachable', 'timeout', 'duplicateId', 'writeConflict') ||
    (failure.kind === 'serverError' && [502, 503, 504].includes(failure.status))
  );
}

function failureOf(error: unknown): Error {
  const cause = causeOf(error);
  if (cause instanceof OnnaError) return cause;
  // Errors of tus-js-client itself are about the form of an answer.
  if (cause instanceof Error && (cause !== error || !cause.message.startsWith('tus:'))) return cause;
  const problem = error instanceof Error ? error.message.replace(/, originated from.*$/s, '') : String(error);
  return new OnnaError({ kind: 'decode', what: 'answer to an upload', problem });
}
