import '../doubles/useFakeVscode.ts';

/** Returns the English message for an error. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** Shows the notifications of the extension. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** Provides the read-only documents of the extension. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
