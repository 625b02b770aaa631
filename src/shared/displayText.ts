// Controls would break a line or be invisible; overrides and isolates of direction could make "gpj.exe" read "exe.jpg".
// U+200E and U+200F stay: right-to-left names need them, and they reorder nothing but their neighbours.
const deceptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** What most names are: words of visible characters of one unit each. All else is looked at closely. */
const harmless =
  /^[!-~\u00a1-\u058f\u2010-\u2027\u3001-\ud7ff]+(?: [!-~\u00a1-\u058f\u2010-\u2027\u3001-\ud7ff]+)*$/;

/** Nothing of it is to be seen: format characters, as a zero width space is one, and white space. */
const invisible = /^[\p{Cf}\s]*$/u;

/** What a reader takes for one character, whose language never matters here. */
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest beginning of at most `maxLength` units that ends where a character does. */
function beginning(line: string, maxLength: number): string {
  // A character whose last part could still be behind the cut: two units decide.
  const cut = characters.segment(line.slice(0, maxLength + 2)).containing(maxLength)?.index ?? maxLength;
  // One "character" may be a letter with a thousand accents.
  return line.slice(0, cut > 0 ? cut : maxLength).replace(/[\ud800-\udbff]$/, '');
}

/**
 * Text from elsewhere as one line that can be shown: white space collapsed, lone surrogates, control characters and
 * overrides of direction replaced by U+FFFD, cut after `maxLength` UTF-16 units with an ellipsis. `''` where nothing
 * would be seen.
 */
export function displayText(text: string, maxLength: number): string {
  // Ten thousand rows come through here, and hardly any of them needs a copy.
  if (text.length <= maxLength && harmless.test(text)) return text;
  // Cut first: the text may be of any length, the rest of it need not be looked at.
  const kept = text.slice(0, 4 * maxLength);
  const line = kept.replaceAll(/\s+/g, ' ').trim();
  const isCut = line.length > maxLength || kept.length < text.length;
  if (!isCut && invisible.test(line)) return '';
  const shown = isCut ? `${(line.length > maxLength ? beginning(line, maxLength) : line).trimEnd()}…` : line;
  return shown.toWellFormed().replaceAll(deceptive, '\ufffd');
}
