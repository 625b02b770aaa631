import { extract } from '../../../../src/sandbox/extraction/extract.ts';
import type { Extraction } from '../../../../src/sandbox/extraction/extraction.ts';
import { contentTypeOf } from '../../../../src/sandbox/store/naming.ts';

/** Reads a file as the sandbox does. Text is encoded as UTF-8. */
export function extracted(name: string, content: string | Uint8Array): Promise<Extraction> {
  return extract({ name, bytes: Buffer.from(content), contentType: contentTypeOf(name) });
}
