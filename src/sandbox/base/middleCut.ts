/** Maximum length of a text in a message, in UTF-16 units. A path can have 4,096 bytes. */
const maxLength = 200;

/** Shortens a long text for a message by cutting out its middle. */
export function middleCut(text: string): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor((maxLength - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`.toWellFormed();
}
