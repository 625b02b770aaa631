import type { Reading, SourceFile } from './extraction.ts';
import { unquote } from './mimeHeaders.ts';
import { readText } from './readText.ts';

/** Fields without a text for people: structure, versions, ids, dates, and pictures. */
const technical =
  /^(BEGIN|END|VERSION|PRODID|CALSCALE|METHOD|UID|REV|SEQUENCE|STATUS|TRANSP|CLASS|PRIORITY|DTSTAMP|DTSTART|DTEND|DUE|CREATED|LAST-MODIFIED|RRULE|EXDATE|TRIGGER|ACTION|TZ.*|X-.*|PHOTO|LOGO|SOUND|KEY|N)$/i;

const escapes: Readonly<Record<string, string>> = { n: '\n', N: '\n' };

/** Returns the texts of a calendar or of a contact: what, where, who. One field per line. */
export function calendarText(source: string): string {
  const unfolded = source.replaceAll(/\r?\n[ \t]/g, '').replaceAll(/=\r?\n/g, '');
  return unfolded
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name = '', parameters = '', value = ''] =
        /^(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":])*)*):(.*)$/s.exec(line) ?? [];
      if (name === '' || technical.test(name) || value === '') return [];
      const commonName = /;CN=(?:"([^"]*)"|([^;:]*))/i.exec(parameters);
      const quoted = /QUOTED-PRINTABLE/i.test(parameters) ? unquote(value).toString('utf8') : value;
      const text = quoted
        .replaceAll(/\\(.)/gs, (_, escaped: string) => escapes[escaped] ?? escaped)
        .replace(/^mailto:/i, '');
      return [[commonName?.[1] ?? commonName?.[2] ?? '', text].filter((part) => part !== '').join(' ')];
    })
    .join('\n');
}

/** Reads a calendar (`.ics`) or a contact (`.vcf`). */
export function readCalendar(file: SourceFile): Promise<Reading> {
  return readText(file, { read: (text) => (/BEGIN:V/i.test(text) ? calendarText(text) : text) });
}
