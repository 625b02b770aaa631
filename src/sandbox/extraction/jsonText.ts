const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: '\f' };

/** Decodes `\uXXXX` sequences. Leaves those that are not valid characters. */
export function unescapeUnicode(text: string): string {
  return text.replaceAll(/(?:\\u[0-9a-f]{4})+/gi, (escapes) => {
    const decoded = escapes.replaceAll(/\\u(.{4})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    return decoded.isWellFormed() && !decoded.includes('\0') ? decoded : escapes;
  });
}

/** Decodes the escapes in the strings of JSON text. Keys and layout stay. */
export function unescapeJson(text: string): string {
  if (!text.includes('\\')) return text;
  // A doubled backslash must not start an escape, so one pass decodes all kinds.
  return text.replaceAll(/(?:\\u[0-9a-f]{4})+|\\(.)/gi, (escape, simple: string | undefined) =>
    simple === undefined ? unescapeUnicode(escape) : (simpleEscapes[simple] ?? simple),
  );
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text is JSON or JSON Lines. */
export function isJson(text: string): boolean {
  const start = /^\s*[[{"]/.exec(text);
  if (start === null) return false;
  const end = text.indexOf('\n', start[0].length);
  return parses(end < 0 ? text : text.slice(0, end)) || parses(text);
}
