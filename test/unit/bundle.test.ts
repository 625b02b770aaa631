import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

interface Output {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

// `npm test` builds `dist` before it runs this file.
const meta = JSON.parse(
  await readFile(new URL('../../dist/extension/meta.json', import.meta.url), 'utf8'),
) as {
  readonly outputs: Readonly<Record<string, Output>>;
};
const outputs = Object.entries(meta.outputs).filter(([name]) => name.endsWith('.cjs'));
const entry = outputs.find(([, { entryPoint }]) => entryPoint === 'src/extension.ts')?.[0] ?? '';

/** Returns `name` and all output files that it imports statically, directly or through other files. */
function loadedWith(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of meta.outputs[name]?.imports ?? []) {
    if (kind === 'import-statement' && meta.outputs[path]) loadedWith(path, seen);
  }
  return seen;
}

describe('the built extension', () => {
  it('puts each source file into one chunk only, so that no class or module state is duplicated', () => {
    const places = new Map<string, string[]>();
    for (const [name, { inputs }] of outputs) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        if (bytesInOutput > 0) places.set(file, [...(places.get(file) ?? []), name]);
      }
    }
    assert.ok(places.size > 100);
    assert.deepEqual(
      [...places].filter(([, names]) => names.length > 1),
      [],
    );
  });

  it('loads only registration code at activation, and no network, model, search or sandbox code', () => {
    const files = [...loadedWith(entry)].flatMap((name) => Object.keys(meta.outputs[name]?.inputs ?? {}));
    assert.ok(files.includes('src/extension.ts'));
    assert.deepEqual(
      files.filter((file) => !/^src\/(extension|ids|lazy\/\w+)\.ts$/.test(file)),
      [],
    );
  });

  it('does not load undici together with the runtime', () => {
    const holder = outputs.find(([, { inputs }]) =>
      Object.keys(inputs).some((file) => file.includes('node_modules/undici/')),
    )?.[0];
    const runtime = outputs.find(([, { entryPoint }]) => entryPoint === 'src/ui/runtime.ts')?.[0];
    assert.ok(holder !== undefined && runtime !== undefined);
    assert.ok(!loadedWith(runtime).has(holder));
  });

  it('bundles individual files of undici, but not undici’s index file, which has side effects', () => {
    const files = outputs
      .flatMap(([, { inputs }]) => Object.keys(inputs))
      .filter((file) => file.includes('undici/'));
    assert.deepEqual(
      files.filter((file) =>
        /undici\/(index|lib\/global|lib\/mock|lib\/web\/(fetch\/index|websocket|cache))/.test(file),
      ),
      [],
    );
  });
});
