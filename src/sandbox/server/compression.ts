import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller answers are sent as they are, because they fit into one packet. In bytes. */
const minBytes = 1_400;

type Encoding = 'br' | 'gzip';

/** These functions compress in Node's thread pool, so that other requests do not wait. */
const compressors: Readonly<Record<Encoding, (content: Buffer) => Promise<Buffer>>> = {
  br: (content) =>
    // Quality 4 is about as fast as gzip. The default, 11, takes a hundred times longer.
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: promisify<Buffer, Buffer>(gzip),
};

/** The encoding to use for a client with this `Accept-Encoding`. Undefined: the client accepts none that we have. */
function encodingFor(accepted: string): Encoding | undefined {
  const wanted = accepted.split(',').map((entry) => {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { name, quality: quality === undefined ? 1 : Number(quality) || 0 };
  });
  const qualityOf = (encoding: Encoding): number =>
    wanted.find(({ name }) => name === encoding)?.quality ?? 0;
  const [br, gzipped] = [qualityOf('br'), qualityOf('gzip')];
  if (br === 0 && gzipped === 0) return undefined;
  return br >= gzipped ? 'br' : 'gzip';
}

/** @returns The compressed content. Undefined if it is small, or if the client does not accept compressed content. */
export async function compressed(
  content: Buffer,
  acceptedEncodings: string | undefined,
): Promise<{ readonly encoding: Encoding; readonly content: Buffer } | undefined> {
  const encoding = content.length < minBytes ? undefined : encodingFor(acceptedEncodings ?? '');
  return encoding && { encoding, content: await compressors[encoding](content) };
}
