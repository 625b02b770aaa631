import { TextDecoder } from 'node:util';
import { Parser } from 'htmlparser2';
import type { ZipFile } from '../archive/zipFile.ts';
import { ReadingFailure } from '../extraction.ts';

/** Receives the elements and texts of an XML document in their order. Names have no namespace prefix. */
export interface XmlHandler {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
  /** Returns true to stop reading, because nothing else is needed. */
  readonly isDone?: () => boolean;
}

/** Maximum number of uncompressed bytes that are read from one XML file. */
const maxXmlBytes = 1024 * 1024 * 1024;

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** If two attributes differ only in their prefix, the one with a prefix counts. */
function localAttributes(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = Object.keys(attributes);
  if (!names.some((name) => name.includes(':'))) return attributes;
  const local = { ...attributes };
  for (const name of names) if (name.includes(':')) local[localName(name)] = attributes[name] ?? '';
  return local;
}

/** Office documents are UTF-8, or UTF-16 with a byte order mark. */
function decoderFor([first, second]: Uint8Array): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  return new TextDecoder();
}

/**
 * Reads an XML file of a document piece by piece. Does nothing if the file does not exist. Damaged XML is read as far as
 * possible. External entities are never loaded, and entities that the document defines are not expanded.
 * @throws the errors of {@link ZipFile.chunks}, and ReadingFailure `Large`
 */
export async function readXml(zip: ZipFile, name: string, handler: XmlHandler): Promise<void> {
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => handler.open?.(localName(tag), localAttributes(attributes)),
      ontext: (text) => handler.text?.(text),
      onclosetag: (tag) => handler.close?.(localName(tag)),
    },
    { xmlMode: true },
  );
  let decoder: TextDecoder | undefined;
  let bytes = 0;
  for await (const chunk of zip.chunks(name)) {
    bytes += chunk.length;
    if (bytes > maxXmlBytes) throw new ReadingFailure('Large');
    decoder ??= decoderFor(chunk);
    parser.write(decoder.decode(chunk, { stream: true }));
    if (handler.isDone?.() === true) return;
  }
  parser.write(decoder?.decode() ?? '');
  parser.end();
}
