import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { OnnaError, type OnnaFailure } from '../errors.ts';
import { decodeText } from './charset.ts';
import type { TransportResponse } from './transport.ts';

/** Decompression chunk size in bytes. With Node’s default of 16 KiB, a large answer takes twice as long. */
const chunkSize = 64 << 10;

function decompressorFor(encoding: string | undefined): Duplex | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize });
    case 'deflate':
      return createInflate({ chunkSize });
    case 'br':
      return createBrotliDecompress({ chunkSize });
    default:
      return undefined;
  }
}

/** Decompresses `source` according to its `Content-Encoding`. `explain` converts errors of the stream. */
export async function* decompressed(
  source: Readable,
  encoding: string | undefined,
  explain: (error: unknown) => OnnaFailure,
): AsyncGenerator<Uint8Array> {
  const decompressor = decompressorFor(encoding);
  try {
    // The callback prevents an unhandled error. The loop below throws the same error.
    const stream: Readable = decompressor ? pipeline(source, decompressor, () => undefined) : source;
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw new OnnaError(explain(error));
  }
}

/**
 * Reads the whole body.
 * @param limitBytes Counted after decompression, so that a decompression bomb cannot fill the memory.
 * @throws OnnaError `tooLarge`, or the failure of the connection.
 */
export async function readBytes(
  response: TransportResponse,
  limitBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  if (Number(response.headers.get('content-length') ?? 0) > limitBytes) {
    response.destroy();
    throw new OnnaError({ kind: 'tooLarge', limitBytes });
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > limitBytes) {
      response.destroy();
      throw new OnnaError({ kind: 'tooLarge', limitBytes });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Like {@link readBytes}, but decodes the bytes according to their Content-Type. */
export async function readText(response: TransportResponse, limitBytes: number): Promise<string> {
  const bytes = await readBytes(response, limitBytes);
  return decodeText(bytes, response.headers.get('content-type') ?? '');
}
