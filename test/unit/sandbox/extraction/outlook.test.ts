import assert from 'node:assert/strict';
import iconv from 'iconv-lite';
import { extracted } from '../support/extracted.ts';
import { outlookMessage } from '../support/outlookMessage.ts';

/** Wraps Rich Text as Outlook stores it, without compression. */
function uncompressed(text: string): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(text.length, 4);
  head.write('MELA', 8, 'latin1');
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
}

describe('Text extraction from messages of Outlook', () => {
  it('reads subject, people, body and attachments', async () => {
    const message = outlookMessage({
      ...{ messageClass: 'IPM.Note', subject: 'Gezeiten überm Fjord', body: 'The flood begins\r\n' },
      ...{ senderName: 'Inés', senderEmail: '/O=EXCHANGE/CN=RECIPIENTS/CN=1' },
      recipients: [
        { displayName: 'Pilot', emailAddress: 'pilot@lumenfjord.test' },
        { displayName: 'crew@lumenfjord.test', emailAddress: 'crew@lumenfjord.test' },
      ],
      attachments: [
        { fileName: 'tide.txt', attachment: Buffer.from('ebb') },
        { mimeTag: 'text/csv', attachment: Buffer.from('a,b') },
      ],
    });
    const expected = {
      text: [
        'Gezeiten überm Fjord',
        'Inés\nPilot pilot@lumenfjord.test\ncrew@lumenfjord.test',
        'The flood begins\r\n',
        'tide.txt\nattachment-2.csv',
      ].join('\n\n'),
      exception: undefined,
      parts: { 'tide.txt': 'ebb', 'attachment-2.csv': 'a,b' },
    };
    assert.deepEqual(await extracted('a.msg', message), expected);
    assert.deepEqual(await extracted('without extension', message), expected);
  });

  it('reads the HTML or the Rich Text of a message that has no plain text', async () => {
    const html = Buffer.from('<meta charset="utf-8"><p>Größe <b>der Flut</b></p>');
    assert.match((await extracted('a.msg', outlookMessage({ html, body: ' \r\n' }))).text, /Größe der Flut$/);
    const rich = "{\\rtf1\\ansi\\ansicpg1252 Gr\\'f6\\'dfe der Flut\\par}";
    // Compressed as in MS-OXRTFCP 4.1.1: literal bytes and references to the dictionary
    const compressed = Buffer.from(
      '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
      'hex',
    );
    for (const [compressedRtf, text] of [
      [uncompressed(rich), 'Größe der Flut'],
      [compressed, 'hello world'],
    ] as const)
      assert.equal((await extracted('a.msg', outlookMessage({ compressedRtf }))).text.trim(), text);
  });

  for (const [what, codePage, properties] of [
    ['the encoding for the Internet', 'cp932', { internetCodePage: 50220 }],
    ['the language', 'cp932', { internetCodePage: 20127, locale: 1041 }],
    ['the language of Taiwan', 'cp950', { locale: 0x404 }],
  ] as const)
    it(`decodes texts that are not in Unicode by ${what}`, async () => {
      const text = '日本';
      const message = outlookMessage({ ...properties, subjectInCodePage: iconv.encode(text, codePage) });
      assert.equal((await extracted('a.msg', message)).text, text);
    });

  it('reads the content of a signed message, and gives an encrypted one a note', async () => {
    const signed = [
      'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=edge',
      ...['', '--edge', 'Content-Type: multipart/mixed; boundary=inner'],
      ...['', '--inner', 'Content-Type: text/plain', '', 'signed words'],
      ...['--inner', 'Content-Type: text/plain; name=tide.txt', '', 'ebb', '--inner--'],
      ...['--edge', 'Content-Type: application/pgp-signature', '', 'sig', '--edge--'],
    ].join('\r\n');
    const messageClass = 'IPM.Note.SMIME.MultipartSigned';
    const { text, exception, parts } = await extracted(
      'a.msg',
      outlookMessage({ messageClass, subject: 'tides', attachments: [{ attachment: Buffer.from(signed) }] }),
    );
    assert.deepEqual(
      [text, exception, parts],
      ['tides\n\nsigned words\n\ntide.txt', undefined, { 'tide.txt': 'ebb' }],
    );
    const enveloped = Buffer.from('308006092a864886f70d010703a0800000', 'hex');
    const encrypted = outlookMessage({
      ...{ messageClass: 'IPM.Note.SMIME', subject: 'tides' },
      attachments: [{ fileName: 'smime.p7m', attachment: enveloped }],
    });
    assert.deepEqual(await extracted('a.msg', encrypted), {
      ...{ text: 'tides', exception: 'Encrypted Document', parts: {} },
    });
  });

  it('reports a damaged message whose sectors follow each other in a circle', async () => {
    const message = Buffer.from(outlookMessage({ subject: 'Tide', body: 'The flood begins' }));
    const [tableSector, directory, small] = [76, 48, 60].map((at) => message.readUInt32LE(at));
    for (const sector of [directory, small]) {
      const damaged = Buffer.from(message);
      damaged.writeUInt32LE(sector ?? 0, ((tableSector ?? 0) + 1) * 512 + (sector ?? 0) * 4);
      const { exception, text } = await extracted('a.msg', damaged);
      assert.deepEqual({ exception, text }, { exception: 'Has Error', text: '' });
    }
  });

  it('reads the fields of a contact', async () => {
    const contact = outlookMessage({ messageClass: 'IPM.Contact', subject: 'Inés', company: 'Harbour Ltd' });
    assert.equal((await extracted('a.msg', contact)).text, 'Inés\n\nHarbour Ltd');
  });
});
