import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../src/', import.meta.url));

/**
 * Maps each file of src/ to the files that it imports. All paths are relative to src/. Includes type-only imports.
 */
const imports = new Map(
  globSync('**/*.ts', { cwd: root }).map((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
      ([, name = '']) => name,
    );
    const slashed = file.split(path.sep).join('/');
    return [slashed, specifiers.map((name) => path.posix.join(path.posix.dirname(slashed), name))] as const;
  }),
);

/** The client's layers, lowest first. A file may import from its own layer and from lower layers. */
const clientLayers = ['base', 'onna', 'shared', 'model', 'ui', 'lazy'];

/**
 * The sandbox's layers, lowest first. Features on the same layer may import each other, but not in cycles.
 * `.` stands for the files directly in sandbox/.
 */
const sandboxLayers = [
  ['base'],
  ['language'],
  ['store'],
  ['extraction'],
  ['switches'],
  ['http'],
  ['auth', 'sync', 'content', 'processing', 'listing', 'search', 'upload', 'logs', 'account', 'retention'],
  ['page'],
  ['server'],
  ['.'],
  ['samples'],
  ['cli'],
];

function layerOf(file: string): number {
  const folder = path.posix.relative('sandbox', file).split('/');
  const name = folder.length === 1 ? '.' : (folder[0] ?? '');
  return sandboxLayers.findIndex((layer) => layer.includes(name));
}

function upward(files: readonly string[], layer: (file: string) => number): string[] {
  return files.flatMap((file) =>
    (imports.get(file) ?? [])
      .filter((target) => layer(target) > layer(file))
      .map((target) => `${file} imports ${target}`),
  );
}

/** Returns the import cycles. Each cycle is a list of files that starts and ends with the same file. */
function cycles(): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) found.push([...way.slice(start), file]);
    if (done.has(file) || start >= 0) return;
    for (const target of imports.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

describe('The source code', () => {
  it('has no circular imports', () => {
    assert.deepEqual(cycles(), []);
  });

  it('imports client modules only from the same or a lower layer (base, onna, shared, model, ui, lazy)', () => {
    const layer = (file: string): number => clientLayers.indexOf(file.split('/')[0] ?? '');
    const files = [...imports.keys()].filter((file) => layer(file) >= 0);
    assert.ok(files.length > 100, `only ${files.length} files`);
    assert.deepEqual(upward(files, layer), []);
  });

  it('imports sandbox modules only from the same or a lower layer of the sandbox', () => {
    const files = [...imports.keys()].filter(
      (file) => file.startsWith('sandbox/') && !file.startsWith('sandbox/page/browser'),
    );
    assert.ok(files.length > 80, `only ${files.length} files`);
    assert.deepEqual(
      files.filter((file) => layerOf(file) < 0),
      [],
      'files that belong to no layer',
    );
    assert.deepEqual(upward(files, layerOf), []);
  });

  it('has no imports between the client and the sandbox', () => {
    const crossing = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => file.startsWith('sandbox/') !== target.startsWith('sandbox/'))
        .map((target) => `${file} imports ${target}`),
    );
    assert.deepEqual(crossing, []);
  });
});
