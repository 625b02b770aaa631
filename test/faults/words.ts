import '../doubles/useFakeVscode.ts';

/** Returns the English message for an error. */
export const { describeError } = await import('../../src/ui/text/errorText.ts');
/** Returns the English message for a code that did not renew the credentials. */
export const { codeProblem } = await import('../../src/ui/text/credentialText.ts');
/** Shows the notifications of the extension. */
export const { Notifier } = await import('../../src/ui/text/notifier.ts');
/** Provides the read-only documents of the extension. */
export const { OnnaDocuments } = await import('../../src/ui/documents/documents.ts');
/** Provides the read-only files of the extension for VS Code's own viewers. */
export const { OnnaFiles } = await import('../../src/ui/documents/files.ts');
/** Returns the URI of such a file. */
export const { fileUri } = await import('../../src/ui/documents/uris.ts');
/** Connects a details page to the rest of the extension. */
export const { OnnaDetailsHost } = await import('../../src/ui/details/onnaDetailsHost.ts');
/** Returns the URI of a document that shows a log. */
export const { logUri } = await import('../../src/ui/documents/uris.ts');
/** Saves the table of unprocessed Resources. */
export const { saveUnprocessed } = await import('../../src/ui/details/saveUnprocessed.ts');
export const { exceptionsCsv } = await import('../../src/ui/details/exceptionsCsv.ts');
/** Exports all hits of a search. */
export const { exportHits } = await import('../../src/ui/search/exportHits.ts');
/** Finds the node with a UID. */
export const { findUid } = await import('../../src/ui/links/findUid.ts');
