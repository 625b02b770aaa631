import type { TransportResponse } from '../../onna/transport/transport.ts';

const quote = 0x22;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const comma = 0x2c;
const semicolon = 0x3b;
/** `=`, `+`, `-` and `@`. */
const formulaSigns: ReadonlySet<number> = new Set([0x3d, 0x2b, 0x2d, 0x40]);
/** The same signs in full width: U+FF1D, U+FF0B, U+FF0D and U+FF20 are these two bytes and one of the set. */
const wideSign = [0xef, 0xbc] as const;
const wideSignEnds: ReadonlySet<number> = new Set([0x9d, 0x8b, 0x8d, 0xa0]);
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;
const apostrophe = Buffer.from("'");

/** Whether a byte outside quotes ends a cell. A spreadsheet chooses the delimiter by its language, not by the file. */
function endsCell(byte: number): boolean {
  return byte === comma || byte === semicolon || byte === tab || byte === lineFeed || byte === carriageReturn;
}

/** Where the next byte is. */
type Place =
  /** At the start of a cell. */
  | 'start'
  /** After a delimiter that only other spreadsheets use: a cell for them, part of a cell for the rest. */
  | 'otherStart'
  | 'cell'
  | 'quotedStart'
  | 'quoted'
  /** After a quote in a quoted cell: it ends the cell, or the next byte is a quote that belongs to the text. */
  | 'quoteInQuoted'
  /** After two quotes at the start of a cell. */
  | 'emptyQuoted';

/**
 * Puts an apostrophe in front of each cell that a spreadsheet would run as a formula, and leaves all other bytes as they
 * are. Reads quotes as spreadsheets do, so that a table that breaks the rules of CSV is guarded too.
 */
class FormulaGuard {
  #place: Place = 'start';
  /** The delimiter of this table: the first one in it. */
  #delimiter: number | undefined;
  #isFirst = true;
  /** The last bytes of a chunk, if they may be the beginning of a sign. */
  #held: Buffer = Buffer.alloc(0);

  /** The guarded bytes of the next chunk. */
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

  /** The bytes that are left at the end. */
  end(): Buffer {
    return this.#held;
  }

  /** The next byte that may end the text of a cell. Nearly all bytes are skipped here. */
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
    // Outside quotes, both end a cell.
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
    // A spreadsheet with that delimiter would remove the quote.
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

/** The same CSV table, but no spreadsheet runs a cell of it as a formula: strangers wrote the texts in it. */
export function withoutFormulas(table: TransportResponse): TransportResponse {
  const { status, statusText, headers, body } = table;
  return { status, statusText, headers, body: guarded(body), destroy: () => table.destroy() };
}
