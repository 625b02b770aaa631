import path from 'node:path/posix';
import type { ZipFile } from '../archive/zipFile.ts';
import { readXml } from './xml.ts';

/** A file inside an Office Open XML document. */
interface PackagePart {
  /** Path in the ZIP file. */
  readonly name: string;
  readonly contentType: string;
}

/** A reference from one file of the document to another. */
interface Relationship {
  readonly id: string;
  /** Last segment of the type, such as `notesSlide`. */
  readonly type: string;
  /** Path in the ZIP file. */
  readonly target: string;
}

/** Returns the parts of a document that have a content type of their own. */
export async function readPackageParts(zip: ZipFile): Promise<PackagePart[]> {
  const parts: PackagePart[] = [];
  // Paths are not case-sensitive in these documents.
  const names = new Map(zip.members.map(({ name }) => [name.toLowerCase(), name]));
  await readXml(zip, '[Content_Types].xml', {
    open: (element, { PartName = '', ContentType = '' }) => {
      if (element !== 'Override') return;
      const name = names.get(PartName.replace(/^\//, '').toLowerCase());
      if (name !== undefined) parts.push({ name, contentType: ContentType });
    },
  });
  return parts;
}

/** Returns the references of a part to other parts of the document. */
export async function readRelationships(zip: ZipFile, part: string): Promise<Relationship[]> {
  const folder = path.dirname(part);
  const relationships: Relationship[] = [];
  await readXml(zip, path.join(folder, '_rels', `${path.basename(part)}.rels`), {
    open: (element, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (element !== 'Relationship' || TargetMode === 'External') return;
      const target = path.resolve('/', folder, Target).slice(1);
      relationships.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target });
    },
  });
  return relationships;
}
