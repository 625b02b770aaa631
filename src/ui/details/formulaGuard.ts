import type { TransportResponse } from '../../onna/transport/transport.ts';

const quote = 0x22;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const comma = 0x2c;
const semicolon = 0x3b;
/** `=`, `+`, `-` and `@`. */
const formulaSigns: ReadonlySet<number> = new Set([0x3d, 0x2b, 0x2d, 0x40]);
/**
 * The full-width forms of these signs: U+FF1D, U+FF0B, U+FF0D and U+FF20. In UTF-8, each consists of these
 * two bytes and one byte of {@link wideSignEnds}.
 */
const wideSign = [0xef, 0xbc] as const;
const wideSignEnds: ReadonlySet<number> = new Set([0x9d, 0x8b, 0x8d, 0xa0]);
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;
const apostrophe = Buffer.from("'");

/**
 * Whether a byte outside quotes ends a cell. Includes all common delimiters, because a spreadsheet chooses
 * the delimiter by its language, not by the file.
 */
function endsCell(byte: number): boolean {
  return byte === comma || byte === semicolon || byte === tab || byte === lineFeed || byte === carriageReturn;
}

/** The position of the next byte. */
type Place =
  /** At the start of a cell. */
  | 'start'
  /** After a delimiter that is not the delimiter of this table. Only some spreadsheets start a cell here. */
  | 'otherStart'
  | 'cell'
  | 'quotedStart'
  | 'quoted'
  /**
   * After a quote in a quoted cell. The quote ends the cell, or it is the first of two quotes that stand for
   * a quote in the text.
   */
  | 'quoteInQuoted'
  /** After two quotes at the start of a cell. */
  | 'emptyQuoted';

/**
 * Puts an apostrophe in front of each cell that a spreadsheet would run as a formula. Does not change any
 * other bytes. Reads quotes as spreadsheets do, so that it also guards tables that break the rules of CSV.
 */
class FormulaGuard {
  #place: Place = 'start';
  /** The delimiter of this table: the first delimiter that occurs in it. */
  #delimiter: number | undefined;
  #isFirst = true;
  /** The last bytes of a chunk, if they may be the start of a full-width sign. */
  #held: Buffer = Buffer.alloc(0);

  /** Returns the bytes of the next chunk with apostrophes added. */
  take(chunk: Uint8Array): Buffer {
    const bytes =
      this.#held.length > 0
        ? Buffer.concat([this.#held, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#held = Buffer.alloc(0);
    const parts: Buffer[] = [];
    let done = 0;
    for (let index = 0; index < bytes.length; index++) {
      index = this.#skipText(bytes, index);
      const byte = bytes[index];
      if (byte === undefined) break;
      if (byte === wideSign[0] && this.#isAtStart()) {
        if (index + 2 >= bytes.length) {
          this.#held = bytes.subarray(index);
          break;
        }
        if (this.#isFirst && bytes[index + 1] === byteOrderMark[1] && bytes[index + 2] === byteOrderMark[2]) {
          this.#isFirst = false;
          index += 2;
          continue;
        }
      }
      if (this.#isFormula(bytes, index)) {
        parts.push(bytes.subarray(done, index), apostrophe);
        done = index;
      }
      this.#isFirst = false;
      this.#place = this.#placeAfter(byte);
    }
    parts.push(bytes.subarray(done, bytes.length - this.#held.length));
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** Returns the bytes that were held back at the end of the table. */
  end(): Buffer {
    return this.#held;
  }

  /** Returns the index of the next byte that may end the text of a cell. Skips nearly all bytes. */
  #skipText(bytes: Buffer, from: number): number {
    let index = from;
    if (this.#place === 'quoted') {
      index = bytes.indexOf(quote, from);
      return index < 0 ? bytes.length : index;
    }
    if (this.#place === 'cell') while (index < bytes.length && !endsCell(bytes[index] ?? 0)) index++;
    return index;
  }

  #isAtStart(): boolean {
    const place = this.#place;
    return place === 'start' || place === 'otherStart' || place === 'quotedStart' || place === 'emptyQuoted';
  }

  #isFormula(bytes: Buffer, index: number): boolean {
    if (!this.#isAtStart()) return false;
    const byte = bytes[index] ?? 0;
    if (formulaSigns.has(byte)) return true;
    // Outside quotes, a tab or a carriage return ends a cell.
    if (this.#place === 'quotedStart' && (byte === tab || byte === carriageReturn)) return true;
    return (
      byte === wideSign[0] && bytes[index + 1] === wideSign[1] && wideSignEnds.has(bytes[index + 2] ?? 0)
    );
  }

  #placeAfter(byte: number): Place {
    const place = this.#place;
    if (byte === quote) return placeAfterQuote(place);
    if (place === 'quotedStart' || place === 'quoted') return 'quoted';
    if (byte === lineFeed || byte === carriageReturn) return 'start';
    if (!endsCell(byte)) return 'cell';
    this.#delimiter ??= byte;
    return byte === this.#delimiter ? 'start' : 'otherStart';
  }
}

function placeAfterQuote(place: Place): Place {
  switch (place) {
    case 'start':
      return 'quotedStart';
    case 'quotedStart':
      return 'emptyQuoted';
    case 'quoted':
      return 'quoteInQuoted';
    case 'quoteInQuoted':
    case 'emptyQuoted':
      return 'quoted';
    // A spreadsheet that uses this delimiter would remove the quote.
    case 'otherStart':
      return 'otherStart';
    case 'cell':
      return 'cell';
  }
}

async function* guarded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const guard = new FormulaGuard();
  for await (const chunk of chunks) yield guard.take(chunk);
  yield guard.end();
}

/**
 * Returns the same CSV table, but spreadsheets do not run any of its cells as a formula. The guard is needed
 * because the texts in the table are untrusted.
 */
export function withoutFormulas(table: TransportResponse): TransportResponse {
  const { status, statusText, headers, body } = table;
  return { status, statusText, headers, body: guarded(body), destroy: () => table.destroy() };
}
