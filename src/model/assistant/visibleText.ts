/**
 * Characters that a person does not see but a model reads: format characters (zero-width, direction, tags), variation
 * selectors and invisible fillers. U+200C, U+200D and U+FE0F are kept, because words and emoji need them.
 */
const hidden =
  /(?!\u200c|\u200d)\p{Cf}|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu;

/** Several joiners in a row have no meaning for a reader, but could contain a message. */
const joiners = /(\u200c|\u200d|\ufe0f)(?:\u200c|\u200d|\ufe0f)+/gu;

/** Control characters, except the line feed and the tab. */
// eslint-disable-next-line no-control-regex -- finds control characters in text from the service
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * The part of a text that a person would see. Confirmations, results and requests all use this form, so that the
 * confirmed text is the text that is sent. Keeps line feeds and tabs.
 */
export function visibleText(text: string): string {
  return text
    .replaceAll(/\r\n?|\u2028|\u2029/g, '\n')
    .toWellFormed()
    .replaceAll(hidden, '')
    .replaceAll(joiners, '$1')
    .replaceAll(controls, '\ufffd');
}

/** {@link visibleText} on one line, cut to `maxLength` UTF-16 units. */
export function visibleLine(text: string, maxLength: number): string {
  const line = visibleText(text.slice(0, 4 * maxLength))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength).toWellFormed().trimEnd()}…`;
}

/** {@link visibleLine} for a cell of a row. A `|` in a name would look like the border of a cell. */
export function cellText(text: string, maxLength: number): string {
  return visibleLine(text, maxLength).replaceAll('|', '¦');
}
