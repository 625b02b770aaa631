import type { Reading } from '../extraction.ts';
import type { ZipFile } from '../archive/zipFile.ts';

/** A kind of document that is stored as a ZIP file. */
type DocumentKind = 'epub' | 'odf' | 'ooxml' | 'unsupported';

type DocumentReader = (zip: ZipFile) => Reading | Promise<Reading>;

/** Loads the reader of a kind. */
export const documentReaders: Readonly<Record<DocumentKind, () => Promise<DocumentReader>>> = {
  epub: async () => (await import('./epub.ts')).readEpub,
  odf: async () => (await import('./openDocument.ts')).readOpenDocument,
  ooxml: async () => (await import('./officeOpenXml.ts')).readOfficeOpenXml,
  unsupported: async () => (await import('../unsupported.ts')).refuseUnsupported,
};

/** Maximum size of the file `mimetype`, in bytes. */
const maxMimeType = 1_024;

/** Finds out whether a ZIP file is a document. Returns undefined for a plain archive. */
export async function documentKindOf(zip: ZipFile): Promise<DocumentKind | undefined> {
  if (zip.has('[Content_Types].xml') && zip.has('_rels/.rels')) return 'ooxml';
  // Documents of Pages, Numbers and Keynote
  if (zip.has('Index/Document.iwa') || zip.has('Index.zip')) return 'unsupported';
  const bytes = await zip.bytes('mimetype', maxMimeType).catch(() => undefined);
  const mimeType = Buffer.from(bytes ?? []).toString('latin1');
  if (/^application\/epub\+zip\b/.test(mimeType) || zip.has('META-INF/container.xml')) return 'epub';
  return /^application\/vnd\.(?:oasis\.opendocument|sun\.xml)\./.test(mimeType) ? 'odf' : undefined;
}
