import { pipeline } from 'node:stream';
import type { Duplex, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { OnnaError } from '../errors.ts';
import type { OnnaFailure } from '../errors.ts';
import { decodeText } from './charset.ts';
import type { TransportResponse } from './transport.ts';

/** Bytes unpacked at a time: with Node’s own 16 KiB a large answer takes twice as long. */
const chunkSize = 64 << 10;

function unpacker(encoding: string | undefined): Duplex | undefined {
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

/** `source` unpacked as its `Content-Encoding` says; what it throws becomes an OnnaError through `explain`. */
export async function* decompressed(
  source: Readable,
  encoding: string | undefined,
  explain: (error: unknown) => OnnaFailure,
): AsyncGenerator<Uint8Array> {
  const unpack = unpacker(encoding);
  try {
    // The callback keeps an error from going unhandled; the loop below is told of it as well.
    const stream: Readable = unpack ? pipeline(source, unpack, () => undefined) : source;
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw new OnnaError(explain(error));
  }
}

/**
 * The whole body as text, decoded as its Content-Type says.
 * @param limitBytes Counted after decompression, so that a small bomb cannot fill the memory.
 * @throws OnnaError `tooLarge`, or what broke the connection.
 */
export async function readText(response: TransportResponse, limitBytes: number): Promise<string> {
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
  return decodeText(Buffer.concat(chunks), response.headers.get('content-type') ?? '');
}
