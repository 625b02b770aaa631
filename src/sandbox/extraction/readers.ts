import type { Reader } from './extraction.ts';
import type { Format } from './format.ts';

/** Loads the reader of a format. Each reader and its library is loaded when the first file needs it. */
export const readers: Readonly<Record<Format, () => Promise<Reader>>> = {
  calendar: async () => (await import('./calendarText.ts')).readCalendar,
  compound: async () => (await import('./compoundFile.ts')).readCompound,
  gzip: async () => (await import('./archive/gzipReader.ts')).readGzip,
  html: async () => (await import('./htmlText.ts')).readHtml,
  mail: async () => (await import('./mailText.ts')).readMail,
  mailbox: async () => (await import('./mboxText.ts')).readMbox,
  notebook: async () => (await import('./notebookText.ts')).readNotebook,
  outlook: async () => (await import('./outlookText.ts')).readOutlookMessage,
  pdf: async () => (await import('./pdfText.ts')).readPdf,
  plain: async () => (await import('./plainText.ts')).readPlainText,
  rtf: async () => (await import('./rtfText.ts')).readRtf,
  tar: async () => (await import('./archive/tarReader.ts')).readTar,
  unsupported: async () => (await import('./unsupported.ts')).refuseUnsupported,
  xml: async () => (await import('./xmlText.ts')).readXml,
  zip: async () => (await import('./archive/zipReader.ts')).readZip,
};
