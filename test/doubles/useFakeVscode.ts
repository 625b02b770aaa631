import { registerHooks } from 'node:module';

// Makes `vscode` resolve to the fake module. Load files that import `vscode` with `await import(…)` after
// this file, because static imports are resolved before the hook is registered.
const fakeVscode = new URL('./vscode.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: fakeVscode, shortCircuit: true } : next(specifier, context),
});
