import assert from 'node:assert/strict';
import { extractNamed, extracted } from '../support/extracted.ts';
import { officeDocument, openDocument, relationships, zipOf } from '../support/officeDocuments.ts';

const properties = 'Harbour report\nInés\n\n';

function paragraph(text: string): string {
  return `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
}

describe('Text extraction from office documents', () => {
  it('reads body, table, text box, header, footer, notes, comments and chart of a Word document', async () => {
    const cell = (text: string): string => `<w:tc>${paragraph(text)}</w:tc>`;
    const box = `<mc:AlternateContent><mc:Choice><w:txbxContent>${paragraph('In a box')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>${paragraph('In a box')}</w:txbxContent></mc:Fallback></mc:AlternateContent>`;
    const document = officeDocument({
      'word/document.xml|wordprocessingml.document.main': `<w:document><w:body>
        <w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>Tide &amp; </w:t></w:r><w:r><w:t>current</w:t><w:br/><w:t>tables</w:t></w:r></w:p>
        <w:tbl><w:tr>${cell('Flood')}${cell('06:00')}</w:tr><w:tr>${cell('Ebb')}${cell('12:00')}</w:tr></w:tbl>
        <w:p><w:r>${box}</w:r></w:p>
        <w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
      </w:body></w:document>`,
      'word/header1.xml|wordprocessingml.header': `<w:hdr>${paragraph('Head line')}</w:hdr>`,
      'word/footer1.xml|wordprocessingml.footer': `<w:ftr>${paragraph('Foot line')}</w:ftr>`,
      'word/footnotes.xml|wordprocessingml.footnotes': `<w:footnotes>${paragraph('A footnote')}</w:footnotes>`,
      'word/comments.xml|wordprocessingml.comments': `<w:comments>${paragraph('A comment')}</w:comments>`,
      'word/charts/chart1.xml|drawingml.chart':
        '<c:chart><a:p><a:t>Heights</a:t></a:p><c:v>4.2</c:v></c:chart>',
    });
    assert.deepEqual(await extracted('a.docx', document), {
      text: `${properties}Tide & current\ntables\nFlood\t06:00\nEbb\t12:00\nIn a box\ninserted\nHead line\nFoot line\nA footnote\nA comment\nHeights\n4.2`,
      exception: undefined,
      parts: {},
    });
  });

  it('reads the sheets of a workbook: shared and own texts, numbers, dates, results of formulas, comments', async () => {
    const workbook = officeDocument({
      'xl/workbook.xml|spreadsheetml.sheet.main':
        '<workbook><sheets><sheet name="Tides" sheetId="7" r:id="rId1"/><sheet name="Empty" sheetId="8" r:id="rId9"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': relationships({
        rId1: ['worksheet', 'worksheets/sheet1.xml'],
        rId2: ['sharedStrings', '/xl/sharedStrings.xml'],
        rId3: ['styles', 'styles.xml'],
      }),
      'xl/sharedStrings.xml':
        '<sst><si><t>潮汐</t><rPh><t>チョウセキ</t></rPh></si><si><r><t>Two </t></r><r><t>runs</t></r></si></sst>',
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy h:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/></cellXfs></styleSheet>',
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>
        <row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>inline</t></is></c></row>
        <row><c><v>0.30000000000000004</v></c><c s="1"><v>46082</v></c><c s="2"><v>46082.75</v></c><c s="3"><v>0.25</v></c></row>
        <row><c t="str"><f>CONCAT(A1,"x")</f><v>result</v></c><c t="b"><v>1</v></c></row>
      </sheetData><headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"Printed head</oddHeader></headerFooter></worksheet>`,
      'xl/worksheets/_rels/sheet1.xml.rels': relationships({ rId1: ['comments', '../comments1.xml'] }),
      'xl/comments1.xml':
        '<comments><authors><author>X</author></authors><commentList><comment><text><r><t>A remark</t></r></text></comment></commentList></comments>',
    });
    const { text, exception } = await extracted('a.xlsx', workbook);
    assert.equal(
      text,
      `${properties}Tides\n潮汐\tTwo runs\tinline\n0.3\t2026-03-01\t2026-03-01 18:00:00\t25%\nresult\tTRUE\nPrinted head\nA remark`,
    );
    assert.equal(exception, undefined);
  });

  it('reads the slides of a presentation in their order, with their notes', async () => {
    const slide = (text: string): string => `<p:sld><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`;
    const presentation = officeDocument({
      'ppt/presentation.xml|presentationml.presentation.main':
        '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId3"/><p:sldId r:id="rId2" id="257"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': relationships({
        rId2: ['slide', 'slides/slide1.xml'],
        rId3: ['slide', 'slides/slide2.xml'],
      }),
      'ppt/slides/slide1.xml': slide('Second'),
      'ppt/slides/slide2.xml': slide('First'),
      'ppt/slides/_rels/slide2.xml.rels': relationships({
        rId1: ['notesSlide', '../notesSlides/notesSlide1.xml'],
      }),
      'ppt/notesSlides/notesSlide1.xml': slide('Say hello'),
    });
    assert.equal((await extracted('a.pptx', presentation)).text, `${properties}First\nSay hello\nSecond`);
  });

  it('gives a document without body text a note, and still finds its title', async () => {
    const document = officeDocument({
      'word/document.xml|wordprocessingml.document.main': '<w:document><w:body><w:p/></w:body></w:document>',
    });
    const { text, exception } = await extracted('a.docx', document);
    assert.deepEqual([text, exception], ['Harbour report\nInés', 'No Text Content']);
  });

  it('reads paragraphs, lists, notes, comments, headers and tables of OpenDocument files', async () => {
    const odt = openDocument(
      'text',
      `<office:text><text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>
        <text:h>Tides</text:h><text:p>High<text:s text:c="2"/>water<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A footnote</text:p></text:note-body></text:note> comes<text:line-break/>twice</text:p>
        <office:annotation><dc:creator>X</dc:creator><text:p>A comment</text:p></office:annotation></office:text>`,
      {
        'styles.xml':
          '<office:document-styles><style:style><text:p>no</text:p></style:style><style:header><text:p>Head line</text:p></style:header></office:document-styles>',
      },
    );
    assert.equal(
      (await extracted('a.odt', odt)).text,
      `${properties}Tides\nHigh  water\nA footnote\n comes\ntwice\nA comment\nHead line`,
    );
    const ods = openDocument(
      'spreadsheet',
      '<table:table table:name="Sheet"><table:table-row><table:table-cell><text:p>Flood</text:p></table:table-cell><table:table-cell office:value="6"><text:p>6,0</text:p></table:table-cell></table:table-row></table:table>',
    );
    assert.equal((await extracted('a.ods', ods)).text, `${properties}Sheet\nFlood\t6,0`);
    const odp = openDocument(
      'presentation',
      '<draw:page draw:name="page1"><draw:text-box><text:p>Slide</text:p></draw:text-box><presentation:notes><text:p>Say hello</text:p></presentation:notes></draw:page>',
    );
    assert.equal((await extracted('a.odp', odp)).text, `${properties}Slide\nSay hello`);
  });

  it('gives encrypted OpenDocument files and books a note', async () => {
    const manifest =
      '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
    const odt = openDocument('text', 'noise', { 'META-INF/manifest.xml': manifest });
    assert.deepEqual(await extracted('a.odt', odt), { text: '', exception: 'Encrypted Document', parts: {} });
    const book = zipOf({
      ...bookFiles,
      'META-INF/encryption.xml': '<enc:CipherReference URI="OPS/two%20.xhtml"/>',
    });
    assert.equal((await extracted('a.epub', book)).exception, 'Encrypted Document');
  });

  const bookFiles = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    'OPS/book.opf':
      '<package><metadata><dc:title>Harbour report</dc:title><dc:creator>Inés</dc:creator></metadata><manifest><item id="b" href="two%20.xhtml"/><item id="a" href="one.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
    'OPS/one.xhtml': '<html><body><h1>One</h1><p>Flood</p></body></html>',
    'OPS/two .xhtml': '<html><body><p>Ebb</p></body></html>',
  };

  it('reads the chapters of a book in their order', async () => {
    // Fonts are often encrypted, which does not matter.
    const font = { 'META-INF/encryption.xml': '<enc:CipherReference URI="OPS/font.otf"/>' };
    const { text, exception } = await extracted('a.epub', zipOf({ ...bookFiles, ...font }));
    assert.match(text, /^Harbour report\nInés\n\nOne\s+Flood\s+Ebb$/);
    assert.equal(exception, undefined);
  });

  it('does not claim to have read a binary workbook', async () => {
    const workbook = officeDocument({
      'xl/workbook.bin|application/vnd.ms-excel.sheet.binary.macroEnabled.main': 'noise',
    });
    assert.equal((await extracted('a.xlsb', workbook)).exception, 'Unsupported Format');
  });

  it('passes on the objects that are embedded in a document, but no pictures', async () => {
    const workbook = zipOf({ 'any.txt': 'embedded workbook' });
    const oleObject = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1_024)]);
    for (const [name, folder, type, main] of [
      ['a.docx', 'word', 'wordprocessingml.document.main', '<w:document><w:body/></w:document>'],
      ['a.xlsx', 'xl', 'spreadsheetml.sheet.main', '<workbook/>'],
      ['a.pptx', 'ppt', 'presentationml.presentation.main', '<p:presentation/>'],
    ] as const) {
      const { parts } = await extractNamed(
        name,
        officeDocument({
          [`${folder}/main.xml|${type}`]: main,
          [`${folder}/embeddings/Microsoft_Excel_Sheet1.xlsx`]: workbook,
          [`${folder}/embeddings/oleObject1.bin`]: oleObject,
          [`${folder}/media/image1.png`]: 'picture',
        }),
      );
      assert.deepEqual(
        parts.map((part) => [part.name, Buffer.from(part.bytes)]),
        [
          ['Microsoft_Excel_Sheet1.xlsx', Buffer.from(workbook)],
          ['oleObject1.bin', oleObject],
        ],
        name,
      );
      assert.equal((await extracted('oleObject1.bin', oleObject)).exception, 'Unsupported Format');
    }
  });
});
