/** Maximum length of a log line in UTF-16 units, enough for a stack trace. */
const maxLineLength = 4_000;

/** Matches characters that can color a terminal, move its cursor or reverse its text. */
const terminalControls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Converts a text to one safe log line. The text may contain hostile file names or request paths. */
export function logLine(text: string): string {
  const line = text.slice(0, maxLineLength).replaceAll(/\s+/g, ' ').trim();
  return line.toWellFormed().replaceAll(terminalControls, '\ufffd');
}
