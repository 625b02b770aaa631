/** In UTF-16 units: enough for a stack trace. */
const maxLineLength = 4_000;

/** Characters that would colour a terminal, move its cursor or reverse its text. */
const terminalControls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Makes text one safe log line, even if it contains hostile file names or request paths. */
export function logLine(text: string): string {
  const line = text.slice(0, maxLineLength).replaceAll(/\s+/g, ' ').trim();
  return line.toWellFormed().replaceAll(terminalControls, '\ufffd');
}
