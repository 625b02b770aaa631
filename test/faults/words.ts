import '../doubles/useFakeVscode.ts';

/** The extension's message for an error, in English. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** The extension's notifications, to be counted. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** The extension's read-only documents. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
/** The rest of the extension, as a details page sees it. */
export const { OnnaDetailsHost } = await import('../../src/ui/details/onnaDetailsHost.ts');
/** The URI of a log as a document. */
export const { logUri } = await import('../../src/ui/documents/uris.ts');
/** The tables that can be saved. */
export const { saveUnprocessed } = await import('../../src/ui/details/saveUnprocessed.ts');
export const { exceptionsCsv } = await import('../../src/ui/details/exceptionsCsv.ts');
