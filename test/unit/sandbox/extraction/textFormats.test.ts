import assert from 'node:assert/strict';
import { extractNamed } from '../support/extracted.ts';

describe('Plain text', () => {
  const kinds: readonly (readonly [name: string, content: string])[] = [
    ['example.jsonl', '{"a": "lighthouse"}\n{"a": "two"}\n'],
    ['syslog.1', 'Jan 1 host: lighthouse\n'],
    ['app.log.2026-01-01', 'lighthouse\n'],
    ['change.diff', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+lighthouse\n'],
    ['fix.patch', 'diff --git a/x b/x\n+lighthouse\n'],
    ['Makefile', 'all:\n\tlighthouse\n'],
    ['main.zig', 'const lighthouse = 1;\n'],
    ['video.ts', 'export const lighthouse = 1;\n'],
    ['run.bat', '@echo lighthouse\r\n'],
    ['notes.dat', 'lighthouse\n'],
    ['notes.bak', 'lighthouse\n'],
    ['picture.png', 'lighthouse\n'],
    ['.gitignore', 'lighthouse\n'],
    ['query.sql', 'select lighthouse from t;'],
    ['fix.log', '8=FIX.4.4\x019=12\x0135=A\x0158=lighthouse\x0110=001\x01\n'],
  ];
  for (const [name, content] of kinds)
    it(`is recognized by its content in ${name}`, async () => {
      assert.deepEqual(await extractNamed(name, content), { text: content, exception: undefined, parts: [] });
    });

  it('has the escapes of JSON decoded, with the keys searchable', async () => {
    const json = String.raw`{"gr\u00f6\u00dfe": "\u5951\u7d04 \ud83d\ude00 a\/b \"q\" C:\\new\ntext", "lone": "\ud83d"}`;
    for (const name of ['a.json', 'a.jsonl', 'a.log', 'a', 'a.geojson', 'a.har']) {
      const { text } = await extractNamed(name, `${json}\n${json}\n`);
      for (const part of ['"größe"', '契約 😀', 'a/b', '"q"', 'C:\\new\ntext', '\\ud83d"'])
        assert.ok(text.includes(part), `${name}: ${text}`);
    }
    const code = String.raw`const pattern = "\u00f6\n";`;
    assert.equal((await extractNamed('a.js', code)).text, code);
    assert.equal((await extractNamed('de.properties', String.raw`size=Gr\u00f6\u00dfe`)).text, 'size=Größe');
  });

  it('of a notebook is its cells and outputs, without pictures', async () => {
    const notebook = {
      nbformat: 4,
      cells: [
        { cell_type: 'markdown', source: ['# Tide\n', 'tables for "harbours"'] },
        {
          cell_type: 'code',
          source: 'print("größe")',
          outputs: [
            { output_type: 'stream', text: ['slack\n', 'water'] },
            {
              output_type: 'display_data',
              data: {
                'image/png': 'iVBORw0KGgo',
                'text/plain': ['<Figure>'],
                'text/html': ['<table><td>high</table>'],
              },
            },
            { output_type: 'error', ename: 'ValueError', evalue: 'no moon', traceback: ['\u001b[31mx'] },
          ],
        },
      ],
    };
    const { text, exception } = await extractNamed('tides.ipynb', JSON.stringify(notebook));
    assert.equal(exception, undefined);
    assert.equal(
      text,
      '# Tide\ntables for "harbours"\n\nprint("größe")\n\nslack\nwater\n\n<Figure>\nhigh\n\nValueError\nno moon',
    );
    assert.equal((await extractNamed('broken.ipynb', '{"cells": [{"sou')).text, '{"cells": [{"sou');
  });
});

describe('XML', () => {
  it('is read as texts, values of attributes and comments', async () => {
    const xml =
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]>\n<a xmlns="http://schema" title="Gr&#246;&#xdf;e">' +
      '<b>one &amp; two</b><c n="3"/><![CDATA[<raw> text]]><!-- a remark --></a>';
    for (const name of ['a.xml', 'a.svg', 'a.rss', 'a'])
      assert.equal((await extractNamed(name, xml)).text, 'Größe\none & two\n3\n<raw> text\na remark', name);
  });

  it('nested a million bytes deep does not overflow the stack', async () => {
    const { text, exception } = await extractNamed(
      'a.xml',
      `${'<a>'.repeat(150_000)}deep${'</a>'.repeat(150_000)}`,
    );
    assert.deepEqual({ text, exception }, { text: 'deep', exception: undefined });
  });
});

describe('HTML', () => {
  it('is read as title, description and visible text', async () => {
    const html =
      '<!doctype html><html><head><title>Tide &amp; outlook</title><meta name="description" content="for &quot;all&quot;">' +
      '<meta property="og:title" content="shared"><style>p { color: red }</style><script>if (a < b) hidden()</script></head>' +
      '<body><h1>Head</h1><p>one<b>word</b> and <a href="http://link">link</a><br>next&nbsp;line<ul><li>x<li>y</ul>' +
      '<table><tr><th>a<th>b<tr><td>1</td><td>2</td></tr></table><img src="x.png" alt="a map"><pre>k\n  l</pre>' +
      '<!-- secret --><textarea>typed</textarea></body></html>';
    const expected =
      'Tide & outlook\nfor "all"\nshared\nHead\noneword and link\nnext line\nx\ny\na\tb\n1\t2\na map\nk\n  l\ntyped';
    for (const name of ['a.html', 'a.htm', 'a.xhtml', 'page'])
      assert.equal((await extractNamed(name, html)).text, expected, name);
  });

  // Each of these took minutes, overflowed the stack or lost text with a library that builds a tree.
  const large: readonly (readonly [what: string, html: string, text: RegExp])[] = [
    ['a cell that spans 60,000 columns', '<table><tr><td colspan="60000">x</td></tr></table>', /^x$/],
    [
      'a table of 100,000 rows',
      `<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(100_000)}</table>last`,
      /^a\tb\n[^]*\nlast$/,
    ],
    ['a megabyte of nested elements', `${'<div>'.repeat(100_000)}deep${'</div>'.repeat(100_000)}`, /^deep$/],
    [
      'a picture of 17 MB in its address',
      `<p>a</p><img src="data:image/png;base64,${'A'.repeat(17e6)}"><p>b</p>`,
      /^a\nb$/,
    ],
    ['many unclosed tags', `word${'<b '.repeat(200_000)}`, /^word$/],
    ['a long run of spaces', `a${' '.repeat(2e6)}b`, /^a b$/],
  ];
  for (const [what, html, text] of large)
    it(`with ${what} is read in one pass`, async () => {
      const read = await extractNamed('a.html', html);
      assert.equal(read.exception, undefined);
      assert.match(read.text, text);
    });
});
