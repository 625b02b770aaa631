import { registerHooks } from 'node:module';

// Modules are loaded under URLs of their own: other tests of this process may have loaded the same files on another
// stand-in.
const standIn = new URL('../doubles/vscode.ts', import.meta.url).href;
const source = new URL('../../src/', import.meta.url).href;
const mark = '?onStandIn';

registerHooks({
  resolve: (specifier, context, next) => {
    if (context.parentURL?.endsWith(mark) !== true) return next(specifier, context);
    if (specifier === 'vscode') return { url: standIn, shortCircuit: true };
    const resolved = next(specifier, context);
    return resolved.url.startsWith(source) ? { ...resolved, url: resolved.url + mark } : resolved;
  },
});

/** Loads a file of src/ and all that it imports, on the stand-in for VS Code. */
export async function importOnStandIn<T>(file: string): Promise<T> {
  return (await import(source + file + mark)) as T;
}
