import assert from 'node:assert/strict';
import { japanesePdf, pdfOfObjects } from '../../../support/pdf.ts';
import { extracted } from '../support/extracted.ts';

function stream(content: string, entries = ''): string {
  return `<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/**
 * Returns a PDF with one page.
 * @param more Objects from number 5 on
 */
function onePage(
  content: string,
  page: string,
  more: readonly string[],
  trailer?: string,
  catalog = '',
): Uint8Array {
  return pdfOfObjects(
    [
      `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R ${page} >>`,
      stream(content),
      ...more,
    ],
    trailer,
  );
}

describe('Text extraction from PDFs', () => {
  const helvetica = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

  it('reads text in an East Asian encoding, whose character map is not in the file', async () => {
    for (const [encoding, hex] of [
      ['90ms-RKSJ-H', '8c5f96f18f91'],
      ['UniJIS-UCS2-H', '59517d0466f8'],
    ] as const)
      assert.equal((await extracted('a.pdf', japanesePdf(encoding, hex))).text, '契約書', encoding);
  });

  it('reads the title, the values of form fields, and the comments', async () => {
    const pdf = onePage(
      'BT /F1 12 Tf 72 720 Td (Tenant:) Tj ET',
      '/Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R 7 0 R 8 0 R]',
      [
        helvetica,
        '<< /Type /Annot /Subtype /Widget /FT /Tx /T (tenant) /V (Filled in) /Rect [150 715 400 735] /DA (/F1 12 Tf 0 g) >>',
        '<< /Type /Annot /Subtype /Text /Contents (A remark) /Rect [150 600 400 640] >>',
        '<< /Type /Annot /Subtype /Widget /FT /Btn /T (box) /V /Yes /AS /Yes /Rect [10 10 20 20] >>',
        '<< /Title (Harbour report) /Author (Ines) >>',
      ],
      ' /Info 9 0 R',
      '/AcroForm << /Fields [6 0 R 8 0 R] /DR << /Font << /F1 5 0 R >> >> >>',
    );
    assert.deepEqual(await extracted('a.pdf', pdf), {
      text: 'Harbour report\nInes\n\nTenant:\nA remark\nFilled in',
      exception: undefined,
      parts: {},
    });
  });

  it('passes on the files that are attached', async () => {
    const pdf = onePage(
      'BT /F1 12 Tf 72 720 Td (See below) Tj ET',
      '/Resources << /Font << /F1 5 0 R >> >>',
      [
        helvetica,
        '<< /Type /Filespec /F (tide.txt) /UF (tide.txt) /EF << /F 7 0 R >> >>',
        stream('flood', '/Type /EmbeddedFile'),
      ],
      '',
      '/Names << /EmbeddedFiles << /Names [(tide.txt) 6 0 R] >> >>',
    );
    const { text, parts } = await extracted('a.pdf', pdf);
    assert.deepEqual([text, parts], ['See below', { 'tide.txt': 'flood' }]);
  });

  it('gives a scan a note, because its pages have no text', async () => {
    const image = stream(
      '\x00',
      '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8',
    );
    const scan = onePage('q 612 0 0 792 0 0 cm /Im Do Q', '/Resources << /XObject << /Im 5 0 R >> >>', [
      image,
    ]);
    assert.deepEqual(await extracted('scan.pdf', scan), {
      text: '',
      exception: 'No Text Content',
      parts: {},
    });
  });
});
