const iconsByType: Readonly<Record<string, readonly string[]>> = {
  'file-pdf': ['pdf'],
  'file-media': [
    'png',
    'jpg',
    'jpeg',
    'gif',
    'svg',
    'webp',
    'tif',
    'tiff',
    'bmp',
    'heic',
    'mp3',
    'wav',
    'mp4',
    'mov',
    'avi',
  ],
  'file-zip': ['zip', 'gz', 'tgz', 'tar', '7z', 'rar'],
  'file-code': [
    'html',
    'htm',
    'xml',
    'js',
    'ts',
    'py',
    'java',
    'c',
    'cpp',
    'cs',
    'go',
    'rb',
    'rs',
    'sh',
    'css',
    'yaml',
    'yml',
  ],
  json: ['json'],
  markdown: ['md', 'markdown'],
  mail: ['eml', 'msg', 'mbox'],
  table: ['csv', 'tsv', 'xls', 'xlsx', 'ods'],
  'file-text': ['txt', 'doc', 'docx', 'odt', 'rtf', 'log'],
  'graph-line': ['ppt', 'pptx', 'odp', 'key'],
};
const byExtension = new Map(
  Object.entries(iconsByType).flatMap(([name, extensions]) =>
    extensions.map((extension) => [extension, name] as const),
  ),
);

/** The codicon for a hit, by its file type or its object type. */
export function typeIcon({
  extension,
  typeName,
}: {
  extension?: string | undefined;
  typeName?: string | undefined;
}): string {
  if (typeName?.endsWith('Datasource')) return 'database';
  if (typeName === 'Workspace') return 'folder-library';
  return byExtension.get(extension ?? '') ?? 'file';
}
