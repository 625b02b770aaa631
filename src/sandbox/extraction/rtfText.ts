import type { Reading, SourceFile } from './extraction.ts';
import { documentReading } from './office/properties.ts';
import { TextBuilder } from './office/textBuilder.ts';
import { codePageOf, decodeCodePage } from './rtfCharsets.ts';

/** Groups that hold no text of the document, besides those that `\*` marks. */
const skippedGroups = new Set([
  ...[
    'fonttbl',
    'colortbl',
    'stylesheet',
    'listtable',
    'listoverridetable',
    'revtbl',
    'rsidtbl',
    'generator',
  ],
  ...[
    'pict',
    'objdata',
    'themedata',
    'colorschememapping',
    'datastore',
    'latentstyles',
    'xmlnstbl',
    'filetbl',
  ],
  ...[
    'fldinst',
    'bkmkstart',
    'bkmkend',
    'mmathPr',
    'pgdsctbl',
    'nonshppict',
    'shprslt',
    'sp',
    'passwordhash',
  ],
  ...[
    'operator',
    'company',
    'category',
    'doccomm',
    'hlinkbase',
    'comment',
    'creatim',
    'revtim',
    'printim',
    'userprops',
  ],
]);

/** Groups that `\*` marks and that hold text. */
const marked = new Set(['shptxt', 'shpinst', 'annotation', 'footnote', 'ftnsep', 'shppict']);

/** Groups whose text is a property of the document. */
const properties = new Set(['title', 'subject', 'author', 'keywords', 'manager']);

/** Control words that stand for a text. */
const characters: Readonly<Record<string, string>> = {
  par: '\n',
  sect: '\n',
  page: '\n',
  line: '\n',
  row: '\n',
  nestrow: '\n',
  tab: '\t',
  cell: '\t',
  nestcell: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
};

/** Symbols with a backslash that stand for a text: no-break space, soft hyphen, no-break hyphen, escaped characters. */
const symbols: Readonly<Record<string, string>> = {
  '~': '\u00A0',
  '-': '\u00AD',
  _: '\u2011',
  '\n': '\n',
  '\r': '\n',
  '\\': '\\',
  '{': '{',
  '}': '}',
};

/** Properties that apply until the end of a group. */
interface Group {
  readonly skipped: boolean;
  /** Where the text goes: to the document, or to a property. */
  readonly property: boolean;
  readonly codePage: number | undefined;
  /** Number of characters after `\u` that repeat its character for old programs. */
  readonly fallback: number;
  readonly inFontTable: boolean;
  readonly hidden: boolean;
}

const token =
  /\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\/g;

/** Reads the tokens of a document one after the other. */
class RtfReader {
  readonly out = new TextBuilder();
  readonly properties: string[] = [];
  readonly #groups: Group[] = [];
  readonly #fonts = new Map<number, number>();
  #group: Group = {
    skipped: false,
    property: false,
    codePage: undefined,
    fallback: 1,
    inFontTable: false,
    hidden: false,
  };
  #documentCodePage = 1252;
  #font = 0;
  /** Number of characters to leave out, because a `\u` came before them. */
  #leftOut = 0;
  /** Bytes of one text. They are decoded together, because a character can have two bytes. */
  #bytes: number[] = [];
  #property = '';
  /** Whether the group has just begun with `\*`. */
  #marked = false;

  read(source: string): void {
    for (const match of source.matchAll(token)) {
      const [, word, number, hex, symbol, brace, text] = match;
      if (hex !== undefined) this.#addBytes([Number.parseInt(hex, 16)]);
      else if (text !== undefined) this.#addBytes(Array.from(text, (character) => character.charCodeAt(0)));
      else this.#control(word, number, symbol, brace);
      if (this.out.isFull) return;
    }
    this.#flush();
  }

  #control(
    word: string | undefined,
    number: string | undefined,
    symbol: string | undefined,
    brace: string | undefined,
  ): void {
    // A symbol can be a fallback character, too.
    if (word !== undefined) {
      if (word !== 'u') this.#flush();
      this.#word(word, number === undefined ? undefined : Number(number));
    } else if (symbol === '*') this.#marked = true;
    else if (symbol !== undefined) this.#addText(symbols[symbol] ?? '');
    else if (brace === '{') this.#open();
    else if (brace === '}') this.#close();
  }

  #open(): void {
    this.#flush();
    this.#leftOut = 0;
    this.#groups.push(this.#group);
  }

  #close(): void {
    this.#flush();
    this.#leftOut = 0;
    const outer = this.#groups.pop();
    if (outer === undefined) return;
    if (this.#group.property && !outer.property && this.#property.trim() !== '') {
      this.properties.push(this.#property.trim());
    }
    if (!outer.property) this.#property = '';
    this.#group = outer;
    this.#marked = false;
  }

  #set(change: Partial<Group>): void {
    this.#group = { ...this.#group, ...change };
  }

  #word(word: string, number: number | undefined): void {
    const isMarked = this.#marked;
    this.#marked = false;
    if (word === 'fonttbl') this.#set({ inFontTable: true });
    if (skippedGroups.has(word) || (isMarked && !marked.has(word))) this.#set({ skipped: true });
    else if (properties.has(word)) this.#set({ property: true });
    else if (word === 'u') this.#unicode(number ?? 0);
    else if (word === 'uc') this.#set({ fallback: Math.max(0, number ?? 1) });
    else if (word === 'ansicpg') this.#documentCodePage = number ?? 1252;
    else if (word === 'mac') this.#documentCodePage = 10_000;
    else if (word === 'f') this.#useFont(number ?? 0);
    else if (word === 'fcharset' && this.#group.inFontTable) {
      const codePage = codePageOf(number ?? 0);
      if (codePage !== undefined) this.#fonts.set(this.#font, codePage);
    } else if (word === 'plain') this.#set({ codePage: undefined, hidden: false });
    else if (word === 'v') this.#set({ hidden: number !== 0 });
    else this.#addText(characters[word] ?? '');
  }

  #useFont(font: number): void {
    this.#font = font;
    if (!this.#group.inFontTable) this.#set({ codePage: this.#fonts.get(font) });
  }

  #unicode(number: number): void {
    this.#flush();
    // Numbers above 32,767 are written as negative numbers.
    this.#addText(String.fromCharCode(number & 0xffff));
    this.#leftOut = this.#group.fallback;
  }

  #addBytes(bytes: readonly number[]): void {
    const left = bytes.slice(this.#leftOut);
    this.#leftOut = Math.max(0, this.#leftOut - bytes.length);
    this.#bytes.push(...left);
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    const bytes = this.#bytes;
    this.#bytes = [];
    this.#write(decodeCodePage(bytes, this.#group.codePage ?? this.#documentCodePage));
  }

  #addText(text: string): void {
    if (text === '') return;
    if (this.#leftOut > 0) {
      this.#leftOut--;
      return;
    }
    this.#flush();
    this.#write(text);
  }

  #write(text: string): void {
    if (this.#group.skipped || this.#group.hidden) return;
    if (this.#group.property) this.#property += text;
    else this.out.add(text);
  }
}

/** Removes binary data: `\bin` states its number of bytes. */
function withoutBinary(source: string): string {
  if (!source.includes('\\bin')) return source;
  const kept: string[] = [];
  let start = 0;
  const pattern = /\\bin(\d{1,9}) ?/g;
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    kept.push(source.slice(start, match.index));
    start = match.index + match[0].length + Number(match[1]);
    pattern.lastIndex = start;
  }
  return [...kept, source.slice(start)].join('');
}

/** Reads a Rich Text document: its properties and its text, without pictures, field codes and hidden text. */
export function readRtf({ bytes }: SourceFile): Reading {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const reader = new RtfReader();
  reader.read(withoutBinary(source));
  return documentReading(reader.properties, reader.out.toString());
}
