/** The longest line, in UTF-16 units: a stack takes no more. */
const maxLine = 4_000;

/** What would colour a terminal, move its cursor or turn its text around. */
const deceptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Text, whatever files and requests were called, as the one line that it is logged as. */
export function logLine(text: string): string {
  const line = text.slice(0, maxLine).replaceAll(/\s+/g, ' ').trim();
  return line.toWellFormed().replaceAll(deceptive, '\ufffd');
}
