import '../doubles/useFakeVscode.ts';

/** The extension's message for an error, in English. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** The extension's notifications, to be counted. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** The extension's read-only documents. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
