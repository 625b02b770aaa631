/** An encryption for which no password is known: the two keys (`/O` and `/U`) fit no password. */
const encryption = `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${'1f'.repeat(32)}> /U <${'2e'.repeat(32)}> >>`;

/** Returns a PDF that can be read only with a password. */
export function encryptedPdf(): Uint8Array {
  return pdfOf('Tide tables', encryption);
}

/**
 * Returns a PDF with one page that shows `text`. The file consists of objects and a table of their offsets.
 * @param encrypt The object that describes an encryption. Default: not encrypted.
 */
export function pdfOf(text: string, encrypt?: string): Uint8Array {
  const stream = `BT /F1 24 Tf 72 720 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...(encrypt === undefined ? [] : [encrypt]),
  ];
  const id = `<${'3d'.repeat(16)}>`;
  return pdfOfObjects(
    objects,
    encrypt === undefined ? '' : ` /Encrypt ${objects.length} 0 R /ID [${id} ${id}]`,
  );
}

/**
 * Returns a PDF with one page whose text is in an encoding of Japanese. The map from the encoding to characters is not in
 * the file: a reader must have it.
 * @param encoding Name of a predefined character map, such as `90ms-RKSJ-H`
 * @param hex The encoded text in hexadecimal digits
 */
export function japanesePdf(encoding: string, hex: string): Uint8Array {
  const stream = `BT /F1 24 Tf 72 700 Td <${hex}> Tj ET`;
  return pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    `<< /Type /Font /Subtype /Type0 /BaseFont /MS-Gothic /Encoding /${encoding} /DescendantFonts [6 0 R] >>`,
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Gothic /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 7 0 R >>',
    '<< /Type /FontDescriptor /FontName /MS-Gothic /Flags 5 /FontBBox [0 -137 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -137 /CapHeight 770 /StemV 78 >>',
  ]);
}

/** Returns a PDF with one page for each text. */
export function pdfOfPages(texts: readonly string[]): Uint8Array {
  const first = 4;
  const pages = texts.flatMap((text, index) => {
    const stream = `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
    return [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${first + 2 * index + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    ];
  });
  const kids = texts.map((_, index) => `${first + 2 * index} 0 R`).join(' ');
  return pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${texts.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages,
  ]);
}

/**
 * Returns a PDF with the given objects. Their numbers begin with 1, which is the catalog.
 * @param trailer Entries that are added to the trailer
 */
export function pdfOfObjects(objects: readonly string[], trailer = ''): Uint8Array {
  let pdf = '%PDF-1.4\n';
  const starts = objects.map((object, index) => {
    const start = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  const end = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${trailer} >>\n`;
  return Buffer.from(`${pdf}${end}startxref\n${pdf.length}\n%%EOF\n`, 'latin1');
}
