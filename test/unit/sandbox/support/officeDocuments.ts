import { strToU8, zipSync } from 'fflate';

const openXml = 'application/vnd.openxmlformats-officedocument';
const core = 'application/vnd.openxmlformats-package.core-properties+xml';
const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Makes a ZIP file out of contents by their paths. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const members = Object.entries(files).map(
    ([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content] as const,
  );
  return zipSync(Object.fromEntries(members));
}

/** A relationship file: types and targets by their id. */
export function relationships(
  targets: Readonly<Record<string, readonly [type: string, target: string]>>,
): string {
  const lines = Object.entries(targets).map(
    ([id, [type, target]]) => `<Relationship Id="${id}" Type="${relation}/${type}" Target="${target}"/>`,
  );
  return `<?xml version="1.0"?><Relationships>${lines.join('')}</Relationships>`;
}

/**
 * Makes an Office Open XML document.
 * @param files Content by path. The paths of parts have their content type, or its end, behind a `|`.
 */
export function officeDocument(
  files: Readonly<Record<string, string | Uint8Array>>,
  title = 'Harbour report',
): Uint8Array {
  const properties = `<cp:coreProperties><dc:title>${title}</dc:title><dc:creator>Inés</dc:creator></cp:coreProperties>`;
  const overrides = [`<Override PartName="/docProps/core.xml" ContentType="${core}"/>`];
  const content: Record<string, string | Uint8Array> = {
    'docProps/core.xml': properties,
    '_rels/.rels': relationships({}),
  };
  for (const [key, text] of Object.entries(files)) {
    const [path = '', type] = key.split('|');
    content[path] = text;
    if (type !== undefined)
      overrides.push(
        `<Override PartName="/${path}" ContentType="${type.includes('/') ? type : `${openXml}.${type}+xml`}"/>`,
      );
  }
  return zipOf({ '[Content_Types].xml': `<Types>${overrides.join('')}</Types>`, ...content });
}

/** Makes an OpenDocument file. */
export function openDocument(
  kind: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): Uint8Array {
  return zipOf({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': `<office:document-content><office:body>${body}</office:body></office:document-content>`,
    'meta.xml':
      '<office:document-meta><dc:title>Harbour report</dc:title><dc:creator>Inés</dc:creator></office:document-meta>',
    ...more,
  });
}
