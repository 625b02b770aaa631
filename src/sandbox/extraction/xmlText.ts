import type { Reading, SourceFile } from './extraction.ts';
import { readMarkup } from './markup.ts';
import { readText } from './readText.ts';
import { xmlCharset } from './statedCharset.ts';
import { TextLines } from './textLines.ts';

/** Attributes with addresses of schemas and namespaces, which nobody searches for. */
const technical = /^(xmlns|xsi:|xml:)/;

/** The declaration of the document type, which can contain declarations of its own. */
const documentType = /<!DOCTYPE[^[>]*(?:\[.*?\]\s*)?>/s;

/** Returns the texts, the values of the attributes and the comments. Each element with a text has its own line. */
export function xmlText(source: string): string {
  const lines = new TextLines();
  readMarkup(source.replace(documentType, ''), true, {
    needsAttributes: () => true,
    attributes(_, attributes) {
      lines.end();
      for (const [name, value] of attributes)
        if (!technical.test(name) && !value.startsWith('data:')) lines.words(` ${value} `);
    },
    open: () => {
      // The attributes have started the line.
    },
    close: () => lines.end(),
    text: (text) => lines.words(text),
    comment(text) {
      lines.end();
      lines.words(text);
      lines.end();
    },
  });
  return lines.text();
}

/** Reads an XML document. */
export function readXml(file: SourceFile): Promise<Reading> {
  return readText(file, { stated: xmlCharset(file.bytes), read: xmlText });
}
