import '../doubles/useFakeVscode.ts';

/** Returns the English message for an error. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** Shows the notifications of the extension. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** Provides the read-only documents of the extension. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
/** The rest of the extension, as a details page sees it. */
export const { OnnaDetailsHost } = await import('../../src/ui/details/onnaDetailsHost.ts');
/** The URI of a log as a document. */
export const { logUri } = await import('../../src/ui/documents/uris.ts');
/** The tables that can be saved. */
export const { saveUnprocessed } = await import('../../src/ui/details/saveUnprocessed.ts');
export const { exceptionsCsv } = await import('../../src/ui/details/exceptionsCsv.ts');
