import { registerHooks } from 'node:module';

// The words, and who shows them, are made for VS Code, of which they use three functions: these stand in for them.
const standIn = new URL('../doubles/vscodeMessages.ts', import.meta.url).href;
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

/** The extension's own words for an error, in English. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** The extension's own notifications, to be counted. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** The extension's own read-only documents. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
hooks.deregister();
