/**
 * The text layer of a PDF, with an empty line between pages. The library is large, so it is loaded for the first PDF.
 * @throws Error if it is not a PDF or is broken; named `PasswordException` if it is encrypted
 */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  // A copy, because the library transfers the buffer. Its messages are off, because they would go to our own output.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const { text } = await extractText(document, { mergePages: false });
    return text.join('\n\n');
  } finally {
    await document.loadingTask.destroy();
  }
}
