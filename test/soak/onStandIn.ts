import { registerHooks } from 'node:module';

// Modules get their own URLs, because other tests in this process may have loaded the same files with another fake
// `vscode` module.
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

/** Loads a file of src/ and its imports with the fake `vscode` module. */
export async function importOnStandIn<T>(file: string): Promise<T> {
  return (await import(source + file + mark)) as T;
}
