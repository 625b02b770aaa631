import { registerHooks } from 'node:module';

// The code for messages uses three functions of VS Code. This file replaces them.
const standIn = new URL('../doubles/vscodeMessages.ts', import.meta.url).href;
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

/** The extension's message for an error, in English. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** The extension's notifications, to be counted. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** The extension's read-only documents. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
hooks.deregister();
