import assert from 'node:assert/strict';
import iconv from 'iconv-lite';
import { extractNamed } from '../support/extracted.ts';
import { languages } from './languages.ts';

const top = [
  'From: =?utf-8?Q?In=C3=A9s?= <ines@lumenfjord.test>',
  'To: pilot@lumenfjord.test',
  'Subject: tides',
];

function message(header: readonly string[], body: string | readonly string[]): string {
  return [...top, 'MIME-Version: 1.0', ...header, '', ...(typeof body === 'string' ? [body] : body)].join(
    '\r\n',
  );
}

function multipart(kind: string, ...parts: readonly (readonly string[])[]): string {
  const body = parts.flatMap((part) => ['--edge', ...part]);
  return message([`Content-Type: multipart/${kind}; boundary="edge"`], [...body, '--edge--', '']);
}

const plain = (text: string): string[] => ['Content-Type: text/plain; charset=utf-8', '', text];
const html = (text: string): string[] => ['Content-Type: text/html; charset=utf-8', '', text];

async function read(
  source: string | Uint8Array,
  name = 'a.eml',
): Promise<{ text: string; parts: string[]; exception: string | undefined }> {
  const { text, parts, exception } = await extractNamed(name, source);
  return {
    text,
    parts: parts.map((part) => `${part.name}: ${Buffer.from(part.bytes).toString().trim()}`),
    exception,
  };
}

describe('The header of an email', () => {
  it('is read with all people, in encoded words and as raw bytes', async () => {
    const header = [
      'Cc: c@x.test',
      'Bcc: hidden@bcc.test',
      'Reply-To: reply@rt.test',
      'Sender: sender@snd.test',
    ];
    const { text } = await read(message(header, 'body'));
    for (const part of [
      'Inés <ines@lumenfjord.test>',
      'pilot@',
      'tides',
      'c@x',
      'hidden@',
      'reply@',
      'sender@',
      'body',
    ])
      assert.ok(text.includes(part), part);
    for (const encoding of ['utf-8', 'latin1'] as const)
      assert.match(
        (await read(Buffer.from('From: Jörg <a@x>\r\nSubject: Größenordnung\r\n\r\nx', encoding))).text,
        /Größenordnung\nJörg/,
      );
    const split =
      'Subject: =?utf-8?B?R3LD?=\r\n =?utf-8?B?tsOfZQ==?= =?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=\r\n\r\nx';
    assert.match((await read(`From: a@x\r\n${split}`)).text, /^Größe日本語\n/);
  });
});

describe('The body of an email', () => {
  for (const [language, encodings, text] of languages)
    it(`is decoded for ${language} in the encodings that it states, and in UTF-7`, async () => {
      for (const encoding of [...encodings, 'utf-7', 'utf-16le'])
        for (const transfer of ['base64', '8bit'] as const) {
          if (transfer === '8bit' && encoding === 'utf-16le') continue;
          const bytes = iconv.encode(text, encoding);
          const head = message(
            [`Content-Type: text/plain; charset=${encoding}`, `Content-Transfer-Encoding: ${transfer}`],
            '',
          );
          const body = transfer === 'base64' ? Buffer.from(bytes.toString('base64')) : bytes;
          const { text: found, exception } = await read(Buffer.concat([Buffer.from(head), body]));
          assert.equal(exception, undefined);
          assert.ok(found.endsWith(text), `${encoding} in ${transfer}: ${found}`);
        }
    });

  it('is decoded if it states no encoding, or a wrong one', async () => {
    const words = 'Größenordnung für die Übergabe';
    for (const type of [
      'text/plain',
      'text/plain; charset=us-ascii',
      'text; charset=us-ascii',
      'text/plain; charset=bogus',
    ])
      for (const encoding of ['utf-8', 'latin1'] as const)
        assert.match(
          (await read(Buffer.from(message([`Content-Type: ${type}`], words), encoding))).text,
          new RegExp(words),
        );
    assert.match((await read(message([], words))).text, new RegExp(words));
  });

  it('is the HTML if the plain text is blank or a stub, and the plain text otherwise', async () => {
    const long = `<p>${'the whole story of the tide '.repeat(10)}</p>`;
    for (const stub of [' ', '', 'Please use a viewer for HTML.'])
      assert.match((await read(multipart('alternative', plain(stub), html(long)))).text, /the whole story/);
    const both = (
      await read(multipart('alternative', plain('slack water'), html('<p>slack <b>water</b></p>')))
    ).text;
    assert.equal(both.match(/slack\s+water/g)?.length, 1);
  });

  it('contains the report and the returned header of a bounced message, which is a part', async () => {
    const { text, parts } = await read(
      multipart(
        'report; report-type=delivery-status',
        plain('undeliverable'),
        [
          'Content-Type: message/delivery-status',
          '',
          'Final-Recipient: rfc822; lost@z.test',
          'Status: 5.1.1',
        ],
        ['Content-Type: text/rfc822-headers', '', 'Subject: returned'],
        [
          'Content-Type: message/rfc822',
          '',
          'From: a@x.test',
          'Subject: =?utf-8?Q?b=C3=B6unced?=',
          '',
          'inner',
        ],
      ),
    );
    for (const part of ['undeliverable', 'lost@z.test', 'returned']) assert.ok(text.includes(part), part);
    assert.deepEqual(parts, [
      'böunced.eml: From: a@x.test\r\nSubject: =?utf-8?Q?b=C3=B6unced?=\r\n\r\ninner',
    ]);
  });

  it('contains what, where and who of an invitation', async () => {
    const event =
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Harbour\\, meet\r\n ing\r\nLOCATION:Pier 7\r\nUID:technical\r\n' +
      'ATTENDEE;CN="Inés Mar";ROLE=X:mailto:ines@x.test\r\nDESCRIPTION:one\\ntwo\r\nEND:VEVENT\r\nEND:VCALENDAR';
    const expected = ['Harbour, meeting', 'Pier 7', 'Inés Mar ines@x.test', 'one\ntwo'].join('\n');
    const invitation = multipart('alternative', plain('come'), [
      'Content-Type: text/calendar; charset=utf-8',
      '',
      event,
    ]);
    assert.ok((await read(invitation)).text.endsWith(`come\n\n${expected}`));
    assert.equal((await read(event, 'a.ics')).text, expected);
    const card =
      'BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE:In=C3=A9s\r\nitem1.EMAIL:i@x.test\r\nEND:VCARD';
    assert.equal((await read(card, 'a.vcf')).text, 'Inés\ni@x.test');
  });
});

describe('The attachments of an email', () => {
  it('are its parts, with decoded names and content', async () => {
    const { text, parts } = await read(
      multipart(
        'mixed',
        plain('see attached'),
        [
          'Content-Type: text/plain; name="notes.txt"',
          'Content-Disposition: attachment',
          '',
          'attached words',
        ],
        [
          'Content-Type: application/octet-stream',
          "Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%B6; filename*1*=%C3%9Fe; filename*2=.bin",
          'Content-Transfer-Encoding: base64',
          '',
          'AQID',
        ],
        [
          'Content-Type: image/png; name="=?utf-8?B?w7wucG5n?="',
          'Content-Disposition: inline',
          '',
          'picture',
        ],
        [
          'Content-Type: message/rfc822',
          'Content-Disposition: attachment; filename="fwd.eml"',
          '',
          'Subject: s',
          '',
          'inner',
        ],
      ),
    );
    assert.deepEqual(parts, [
      'notes.txt: attached words',
      'Größe.bin: \x01\x02\x03',
      'ü.png: picture',
      'fwd.eml: Subject: s\r\n\r\ninner',
    ]);
    assert.match(text, /see attached/);
    assert.match(text, /notes\.txt\nGröße\.bin\nü\.png\nfwd\.eml$/);
    assert.doesNotMatch(text, /attached words/);
  });

  it('are found below nested multiparts, of which the last is not complete', async () => {
    const inner = [
      'Content-Type: multipart/alternative; boundary=edge2',
      '',
      '--edge2',
      ...plain('plain words'),
      '--edge2',
      ...html('<p>plain words</p>'),
      '--edge2--',
    ];
    const whole = multipart('mixed', inner, ['Content-Type: text/csv; name=a.csv', '', 'a,b']);
    const { text, parts } = await read(whole.slice(0, whole.lastIndexOf('--edge--')));
    assert.match(text, /plain words/);
    assert.deepEqual(parts, ['a.csv: a,b']);
  });
});

describe('An email that is not plain', () => {
  const encoded = (bytes: Buffer, kind: string): string =>
    message(
      [
        `Content-Type: application/pkcs7-mime; smime-type=${kind}; name=smime.p7m`,
        'Content-Transfer-Encoding: base64',
      ],
      bytes.toString('base64'),
    );

  it('has the note of an encrypted document if S/MIME or PGP encrypted it, and its header is read', async () => {
    const enveloped = Buffer.from('308006092a864886f70d010703a0800000', 'hex');
    const pgp = multipart('encrypted; protocol="application/pgp-encrypted"', [
      'Content-Type: application/pgp-encrypted',
      '',
      'Version: 1',
    ]);
    const inline = message(
      [],
      ['hello', '-----BEGIN PGP MESSAGE-----', '', 'hQEMA', '-----END PGP MESSAGE-----'],
    );
    for (const source of [
      encoded(enveloped, 'enveloped-data'),
      encoded(Buffer.from('3080', 'hex'), 'enveloped-data'),
      pgp,
      inline,
    ]) {
      const { text, exception } = await read(source);
      assert.equal(exception, 'Encrypted Document');
      assert.match(text, /^tides\n/);
      assert.doesNotMatch(text, /hQEMA/);
    }
  });

  it('is read if it is only signed', async () => {
    const inner = Buffer.from('Content-Type: text/plain\r\n\r\nsigned words');
    const signed = Buffer.concat([
      Buffer.from('308006092a864886f70d010702a080308002010131003080', 'hex'),
      Buffer.from('06092a864886f70d010701a0802480', 'hex'),
      ...[inner.subarray(0, 20), inner.subarray(20)].flatMap((piece) => [
        Buffer.from([4, piece.length]),
        piece,
      ]),
      Buffer.alloc(8),
    ]);
    assert.match((await read(encoded(signed, 'signed-data'))).text, /signed words$/);
    const clear = multipart('signed', plain('clear words'), [
      'Content-Type: application/pgp-signature; name=s.asc',
      '',
      'sig',
    ]);
    assert.deepEqual((await read(clear)).parts, []);
    assert.match((await read(clear)).text, /clear words$/);
  });

  it('is read as what it is if it is no email', async () => {
    assert.equal((await read('this is not a mail at all')).text, 'this is not a mail at all');
    assert.equal(
      (await read(Buffer.from('契約書の確認をお願いします', 'utf16le'))).text,
      '契約書の確認をお願いします',
    );
  });

  it('is recognized without a name, and as a saved page or a message of Apple Mail', async () => {
    const mail = message(['Date: x', 'Content-Type: text/html'], '<p>some <b>words</b>');
    for (const name of ['1700000000.M1P2.host', 'a.mht', 'a.mhtml'])
      assert.match((await read(mail, name)).text, /^tides\n[^]*some words$/, name);
    assert.match(
      (await read(`${Buffer.byteLength(mail)}\n${mail}\n<?xml version="1.0"?><plist/>`, 'a.emlx')).text,
      /some words$/,
    );
  });
});

describe('A mailbox', () => {
  it('has each message as a part, and their subjects as its text', async () => {
    const from = 'From a@x.test Mon Jan  1 00:00:00 2024';
    const one = `${from}\nSubject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?=\nFrom: a@x.test\n\n>From the harbour\nFrom here on\n`;
    const two = `${from}\nSubject: two/three\n\nsecond\n`;
    for (const name of ['a.mbox', 'Inbox']) {
      const { text, parts } = await read(`${one}\n${two}`, name);
      assert.equal(text, 'Größe\ntwo/three');
      assert.deepEqual(parts, [
        '1 Größe.eml: Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?=\nFrom: a@x.test\n\nFrom the harbour\nFrom here on',
        '2 two/three.eml: Subject: two/three\n\nsecond',
      ]);
    }
  });
});
