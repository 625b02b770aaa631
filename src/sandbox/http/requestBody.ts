import type { IncomingMessage } from 'node:http';
import { badJson, bodyTooLarge } from './refusals.ts';

/** The largest JSON body that is read, in bytes: 8 MiB. */
export const bodyLimitBytes = 8 * 1024 * 1024;

/** The whole body, of whatever method. @throws Refusal 413 beyond the limit */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readStream(request)) {
    size += chunk.length;
    if (size > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as it arrives. Left whole when its reader stops: the answer still has to go out over the same socket. */
export function readStream(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/**
 * The body as JSON, whatever its content type says (API notes §0); undefined when there is none.
 * @throws Refusal 412 when it is no JSON
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw badJson(error instanceof SyntaxError ? error.message : 'The body is not UTF-8');
  }
}
