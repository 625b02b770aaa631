import { registerHooks } from 'node:module';

// Import this file first, and the files of src/ that need `vscode` with `await import(…)`: static imports would be
// resolved before the hook exists.
const fakeVscode = new URL('./vscode.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: fakeVscode, shortCircuit: true } : next(specifier, context),
});
