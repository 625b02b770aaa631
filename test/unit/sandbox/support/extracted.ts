import { extract } from '../../../../src/sandbox/extraction/extract.ts';
import { contentTypeOf } from '../../../../src/sandbox/store/naming.ts';

/** What was found in a file, in a form that tests can compare. */
interface Extracted {
  readonly text: string;
  readonly exception: string | undefined;
  /** The parts by name: their content as UTF-8, or the reason why it is missing. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Extracts a file with the content type that its name suggests. */
export async function extracted(name: string, bytes: Uint8Array | string): Promise<Extracted> {
  const { text, exception, parts } = await extract({
    bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    name,
    contentType: contentTypeOf(name),
  });
  const byName = parts.map((part): [string, string] => [
    part.name,
    part.exception ?? Buffer.from(part.bytes).toString(),
  ]);
  return { text, exception, parts: Object.fromEntries(byName) };
}
