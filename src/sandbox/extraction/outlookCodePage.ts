/** Code pages for mail on the Internet, and the code pages of Windows for the same languages. */
const internetCodePages: ReadonlyMap<number, number> = new Map(
  (
    [
      [932, [932, 50220, 50221, 50222, 51932]],
      [936, [936, 51936, 52936, 54936]],
      [949, [949, 50225, 51949]],
      [950, [950]],
      [874, [874]],
      [1250, [1250, 28592]],
      [1251, [1251, 866, 20866, 21866, 28595]],
      [1253, [1253, 28597]],
      [1254, [1254, 28599]],
      [1255, [1255, 28598, 38598]],
      [1256, [1256, 28596]],
      [1257, [1257, 28594, 28603]],
      [1258, [1258]],
    ] as const
  ).flatMap(([windows, others]) => others.map((other) => [other, windows] as const)),
);

/** Numbers of languages in the lower ten bits of a locale (MS-LCID), by the code page that Windows uses for them. */
const localeCodePages: ReadonlyMap<number, number> = new Map(
  (
    [
      [932, [0x11]],
      [936, [0x04]],
      [949, [0x12]],
      [874, [0x1e]],
      [1250, [0x05, 0x0e, 0x15, 0x18, 0x1a, 0x1b, 0x1c, 0x24]],
      [1251, [0x02, 0x19, 0x22, 0x23, 0x2f]],
      [1253, [0x08]],
      [1254, [0x1f]],
      [1255, [0x0d]],
      [1256, [0x01, 0x20, 0x29]],
      [1257, [0x25, 0x26, 0x27]],
      [1258, [0x2a]],
    ] as const
  ).flatMap(([codePage, languages]) => languages.map((language) => [language, codePage] as const)),
);

/** Locales with traditional Chinese: Taiwan, Hong Kong and Macau. */
const traditionalChinese: ReadonlySet<number> = new Set([0x404, 0xc04, 0x1404]);

function codePageOfLocale(locale: number): number | undefined {
  return traditionalChinese.has(locale) ? 950 : localeCodePages.get(locale & 0x3ff);
}

/** The properties of a message that name its language. */
interface Languages {
  readonly messageCodepage?: number;
  /** The code page in which the message is sent, which is often not the one in which it is stored. */
  readonly internetCodepage?: number;
  readonly messageLocaleId?: number;
}

/** The code page of the texts in a message that are not in Unicode. */
export function textCodePage({ messageCodepage, internetCodepage, messageLocaleId }: Languages): number {
  return (
    messageCodepage ??
    internetCodePages.get(internetCodepage ?? 0) ??
    codePageOfLocale(messageLocaleId ?? 0) ??
    1252
  );
}
