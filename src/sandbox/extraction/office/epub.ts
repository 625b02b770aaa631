import path from 'node:path/posix';
import { ReadingFailure } from '../extraction.ts';
import type { Reader, Reading } from '../extraction.ts';
import type { ZipFile } from '../archive/zipFile.ts';
import { readHtml } from '../htmlText.ts';
import { documentReading, readProperties } from './properties.ts';
import { TextBuilder } from './textBuilder.ts';
import { readXml } from './xml.ts';

/** A reference inside a book is a URL, so its special characters are escaped. */
function resolved(folder: string, href: string): string {
  const [target = ''] = href.split('#');
  try {
    return path.join(folder, decodeURIComponent(target));
  } catch {
    return path.join(folder, target);
  }
}

/** Returns the path of the file that describes the book. */
async function descriptionOf(zip: ZipFile): Promise<string> {
  let description = '';
  await readXml(zip, 'META-INF/container.xml', {
    open: (element, attributes) => {
      if (element === 'rootfile' && description === '') description = attributes['full-path'] ?? '';
    },
  });
  if (!zip.has(description)) throw new ReadingFailure('Has Error', 'the description of the book is missing');
  return description;
}

/** Returns the paths of the chapters in reading order. */
async function chaptersOf(zip: ZipFile, description: string): Promise<string[]> {
  const files = new Map<string, string>();
  const order: string[] = [];
  await readXml(zip, description, {
    open: (element, { id = '', href = '', idref = '' }) => {
      if (element === 'item') files.set(id, resolved(path.dirname(description), href));
      if (element === 'itemref') order.push(idref);
    },
  });
  return order.flatMap((id) => files.get(id) ?? []);
}

/** Returns the paths of the encrypted files. Many books encrypt only their fonts. */
async function encryptedFiles(zip: ZipFile): Promise<ReadonlySet<string>> {
  const encrypted = new Set<string>();
  await readXml(zip, 'META-INF/encryption.xml', {
    open: (element, { URI = '' }) => {
      if (element === 'CipherReference') encrypted.add(resolved('', URI));
    },
  });
  return encrypted;
}

/** Reads a book in the EPUB format: title, author, and all chapters in reading order. */
export async function readEpub(zip: ZipFile): Promise<Reading> {
  const description = await descriptionOf(zip);
  const chapters = await chaptersOf(zip, description);
  const encrypted = await encryptedFiles(zip);
  if (chapters.some((chapter) => encrypted.has(chapter))) throw new ReadingFailure('Encrypted Document');
  const out = new TextBuilder();
  for (const chapter of chapters) {
    const bytes = await zip.bytes(chapter);
    if (bytes === undefined || out.isFull) continue;
    const { text } = await (readHtml as Reader)({
      bytes,
      name: 'chapter.xhtml',
      contentType: 'application/xhtml+xml',
    });
    out.add(text);
    out.add('\n\n');
  }
  return documentReading(await readProperties(zip, [description]), out.toString());
}
