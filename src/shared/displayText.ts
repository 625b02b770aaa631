// Control characters would break the line or be invisible. Direction overrides and isolates could make "gpj.exe" read
// "exe.jpg". U+200E and U+200F are kept: right-to-left names need them, and they reorder only adjacent characters.
const deceptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Matches most names: words of visible one-unit characters. Everything else takes the slow path. */
const harmless =
  /^[!-~\u00a1-\u058f\u2010-\u2027\u3001-\ud7ff]+(?: [!-~\u00a1-\u058f\u2010-\u2027\u3001-\ud7ff]+)*$/;

/** Text without visible characters: only white space and format characters such as the zero width space. */
const invisible = /^[\p{Cf}\s]*$/u;

/** Splits text into the characters that a reader sees. The result does not depend on the language. */
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest prefix of at most `maxLength` units that ends on a character boundary. */
function beginning(line: string, maxLength: number): string {
  // The character at the cut may extend beyond it. Two more units are enough to detect that.
  const cut = characters.segment(line.slice(0, maxLength + 2)).containing(maxLength)?.index ?? maxLength;
  // If the first character is too long, cut inside it: it may be a letter with a thousand accents.
  return line.slice(0, cut > 0 ? cut : maxLength).replace(/[\ud800-\udbff]$/, '');
}

/**
 * Turns untrusted text into one line that is safe to show. Collapses white space. Replaces lone surrogates, control
 * characters and direction overrides with U+FFFD. Cuts after `maxLength` UTF-16 units and adds an ellipsis. Returns
 * `''` if nothing would be visible.
 */
export function displayText(text: string, maxLength: number): string {
  // The fast path avoids a copy, because this function runs for ten thousand rows, and hardly any text needs
  // changes.
  if (text.length <= maxLength && harmless.test(text)) return text;
  // Cut first, because the text may be very long.
  const kept = text.slice(0, 4 * maxLength);
  const line = kept.replaceAll(/\s+/g, ' ').trim();
  const isCut = line.length > maxLength || kept.length < text.length;
  if (!isCut && invisible.test(line)) return '';
  const shown = isCut ? `${(line.length > maxLength ? beginning(line, maxLength) : line).trimEnd()}…` : line;
  return shown.toWellFormed().replaceAll(deceptive, '\ufffd');
}
