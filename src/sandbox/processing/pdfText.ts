/**
 * The text layer of a PDF, its pages apart by an empty line. The reader is large, so it is loaded with the first PDF.
 * @throws Error when it is no PDF, or is broken; its name is `PasswordException` when it is encrypted
 */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  // Its reader takes the memory over: it gets a copy. Messages of it would go to the sandbox's own output.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const { text } = await extractText(document, { mergePages: false });
    return text.join('\n\n');
  } finally {
    await document.loadingTask.destroy();
  }
}
