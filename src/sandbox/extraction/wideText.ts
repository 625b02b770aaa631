/** Number of bytes that are checked to find out whether a file is UTF-16 or UTF-32. */
const sampleSize = 65_536;

/** Minimum share of code units that are ASCII in a text that is certainly UTF-16. */
const minAscii = 0.3;

/** Minimum score of a text that is probably UTF-16, with and without NULs beside other bytes. See `score`. */
const minScore = { withNuls: 0.4, withoutNuls: 0.55 };

type Wide = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Counts the zeros at each of the four offsets, without those in code points that are 0. */
function zeros(sample: Uint8Array): { readonly at: readonly number[]; readonly units: number } {
  const at = [0, 0, 0, 0];
  let units = 0;
  for (let index = 0; index + 1 < sample.length; index += 2) {
    if (
      sample[index] === 0 &&
      sample[index + 1] === 0 &&
      sample[index ^ 2] === 0 &&
      sample[(index ^ 2) + 1] === 0
    )
      continue;
    units += 1;
    for (const offset of [0, 1])
      if (sample[index + offset] === 0) at[(index + offset) % 4] = (at[(index + offset) % 4] ?? 0) + 1;
  }
  return { at, units };
}

function wideAscii(bytes: Uint8Array): Wide | undefined {
  const { at, units } = zeros(bytes.subarray(0, sampleSize));
  const [first = 0, second = 0, third = 0, fourth = 0] = at;
  const most = units / 2;
  if (units === 0) return undefined;
  // Code points end at 0x10ffff, so the uppermost byte is always 0 in UTF-32, and the next one nearly always.
  if (bytes.length % 4 === 0 && third >= most * 0.9 && fourth === most && first < most * 0.5)
    return 'utf-32le';
  if (bytes.length % 4 === 0 && second >= most * 0.9 && first === most && fourth < most * 0.5)
    return 'utf-32be';
  const [even, odd] = [first + third, second + fourth];
  if (odd >= units * minAscii && even <= odd * 0.02) return 'utf-16le';
  return even >= units * minAscii && odd <= even * 0.02 ? 'utf-16be' : undefined;
}

/** Whether a code unit consists of a zero and another byte. */
function hasHalfZeros(sample: Uint8Array): boolean {
  for (let index = 0; index + 1 < sample.length; index += 2)
    if ((sample[index] === 0) !== (sample[index + 1] === 0)) return true;
  return false;
}

/** Whether zeros stand where the upper bytes of ASCII characters stand in UTF-16 or UTF-32. */
export function hasWideAscii(bytes: Uint8Array): boolean {
  return wideAscii(bytes) !== undefined;
}

function decodeWideAs(bytes: Uint8Array, encoding: Wide): string | undefined {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    // An odd byte at the end is a rest of a truncated file.
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(whole);
    } catch {
      return undefined;
    }
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let index = 0; index + 3 < bytes.length; index += 4) {
    const point = view.getUint32(index, encoding === 'utf-32le');
    if (point > 0x10ffff) return undefined;
    text += String.fromCodePoint(point);
  }
  return text.isWellFormed() ? text : undefined;
}

/** Characters that are in use today: ASCII, European, Hebrew, Arabic, Thai, kana, Hangul and their punctuation. */
const common =
  /[\t\n\r -~\u00a0-\u017f\u0370-\u052f\u05d0-\u05ea\u0621-\u0652\u0900-\u097f\u0e01-\u0e5b\u2010-\u2026\u3000-\u30ff\uac00-\ud7a3\uff01-\uff60]/gu;
const ideograph = /[\u4e00-\u9fff]/gu;
// eslint-disable-next-line no-control-regex -- control characters that texts do not contain
const never = /[\p{Cn}\p{Co}\u0001-\u0008\u000b\u000e-\u001f\u007f-\u009f]/gu;

/** Between -1 for a wrong byte order or binary data, and 1 for text. */
function score(text: string): number {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const length = text.replaceAll('\0', '').length;
  if (length === 0) return -1;
  return (count(common) + count(ideograph) / 2 - 5 * count(never)) / length;
}

/** Decodes UTF-16 or UTF-32 without a byte order mark. Returns undefined for other data. */
export function decodeWide(bytes: Uint8Array): string | undefined {
  const ascii = wideAscii(bytes);
  const encodings: readonly Wide[] = ascii === undefined ? ['utf-16le', 'utf-16be'] : [ascii];
  const best = encodings
    .map((encoding) => {
      const text = decodeWideAs(bytes, encoding);
      return { text, score: text === undefined ? -1 : score(text.slice(0, sampleSize)) };
    })
    .reduce((a, b) => (b.score > a.score ? b : a));
  const hasNuls = hasHalfZeros(bytes.subarray(0, sampleSize));
  const minimum = hasNuls ? minScore.withNuls : minScore.withoutNuls;
  return best.score >= minimum ? best.text : undefined;
}
