// Controls would break a line or be invisible; overrides and isolates of direction could make "gpj.exe" read "exe.jpg".
// U+200E and U+200F stay: right-to-left names need them, and they reorder nothing but their neighbours.
const deceptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from elsewhere as one line that can be shown: white space collapsed, lone surrogates, control characters and
 * overrides of direction replaced by U+FFFD, cut after `maxLength` UTF-16 units with an ellipsis.
 */
export function displayText(text: string, maxLength: number): string {
  // Cut first: the text may be of any length, the rest of it need not be looked at.
  const kept = text.slice(0, 4 * maxLength);
  const line = kept.replaceAll(/\s+/g, ' ').trim();
  const isCut = line.length > maxLength || kept.length < text.length;
  const shown = isCut
    ? `${line
        .slice(0, maxLength)
        .trimEnd()
        .replace(/[\ud800-\udbff]$/, '')}…`
    : line;
  return shown.toWellFormed().replaceAll(deceptive, '\ufffd');
}
