import { extractionLimits } from './limits.ts';

/** The text that fills the dictionary at the beginning (MS-OXRTFCP 2.1.2.1). */
const initialDictionary =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';

const dictionarySize = 4_096;
const headerSize = 16;

/**
 * Expands the Rich Text of an Outlook message (MS-OXRTFCP). Returns what could be expanded of damaged data.
 * @throws Error if the data is in no known format
 */
export function expandRtf(bytes: Uint8Array): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = source.toString('latin1', 8, 12);
  if (kind === 'MELA') return source.subarray(headerSize);
  if (kind !== 'LZFu') throw new Error('unknown compression of Rich Text');
  const size = Math.min(source.readUInt32LE(4), extractionLimits.fileBytes);
  const output = Buffer.alloc(size);
  const dictionary = Buffer.alloc(dictionarySize, ' ');
  dictionary.write(initialDictionary, 'latin1');
  let writeAt = initialDictionary.length;
  let length = 0;
  const add = (byte: number): void => {
    output[length++] = byte;
    dictionary[writeAt] = byte;
    writeAt = (writeAt + 1) % dictionarySize;
  };
  for (let at = headerSize; at < source.length && length < size;) {
    // Each bit says whether a literal byte or a reference to the dictionary follows.
    const control = source[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < source.length && length < size; bit++) {
      if ((control & (1 << bit)) === 0) {
        add(source[at++] ?? 0);
        continue;
      }
      if (at + 2 > source.length) return output.subarray(0, length);
      const reference = source.readUInt16BE(at);
      at += 2;
      const offset = reference >> 4;
      // A reference to the next position marks the end.
      if (offset === writeAt) return output.subarray(0, length);
      const count = (reference & 0xf) + 2;
      for (let index = 0; index < count && length < size; index++)
        add(dictionary[(offset + index) % dictionarySize] ?? 0);
    }
  }
  return output.subarray(0, length);
}
