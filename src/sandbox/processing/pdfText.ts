/**
 * Returns the text layer of a PDF, with an empty line between pages. The PDF library is large, so it is loaded when the
 * first PDF is read.
 * @throws Error if the file is not a valid PDF. The error's name is `PasswordException` if the PDF is encrypted.
 */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  // Pass a copy, because the library transfers the buffer. Verbosity 0 keeps the library's messages out of the
  // sandbox's output.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const { text } = await extractText(document, { mergePages: false });
    return text.join('\n\n');
  } finally {
    await document.loadingTask.destroy();
  }
}
