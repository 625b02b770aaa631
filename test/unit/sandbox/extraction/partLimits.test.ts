import assert from 'node:assert/strict';
import { strToU8, zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { extractText } from '../../../../src/sandbox/extraction/extract.ts';
import { extractionLimits } from '../../../../src/sandbox/extraction/limits.ts';
import type { ExtractionLimits } from '../../../../src/sandbox/extraction/limits.ts';
import { contentTypeOf } from '../../../../src/sandbox/store/naming.ts';

const zip = zipSync({ 'a.txt': strToU8('flood'), 'b.txt': strToU8('slack water'), 'c.txt': strToU8('ebb') });

const mail = Buffer.from(
  [
    'From: a@x.test',
    'Content-Type: multipart/mixed; boundary=edge',
    ...['a', 'b', 'c'].flatMap((name) => [
      ...['', '--edge', `Content-Type: application/octet-stream; name=${name}.bin`, ''],
      `${name}${name}${name}`,
    ]),
    '--edge--',
  ].join('\r\n'),
);

const mailbox = Buffer.from(
  ['a', 'b', 'c'].map((name) => `From x Mon Jan  1 00:00:00 2024\nSubject: ${name}\n\nbody\n\n`).join(''),
);

interface Outcome {
  readonly text: string;
  readonly exception: string | undefined;
  readonly names: readonly string[];
}

/** Reads a file with the given limits for its parts. */
async function read(name: string, bytes: Uint8Array, limits: Partial<ExtractionLimits>): Promise<Outcome> {
  const all = { ...extractionLimits, ...limits };
  const names: string[] = [];
  const { text, exception } = await extractText(
    { bytes, name, contentType: contentTypeOf(name) },
    {
      takePart: (part) => names.push(part.name) > 0,
      budget: { parts: all.parts, bytes: all.expandedBytes },
      limits: all,
    },
  );
  return { text, exception, names };
}

describe('The limits of the parts of a file', () => {
  it('let through as many parts and bytes as they allow', async () => {
    const names = ['a.txt', 'b.txt', 'c.txt'];
    assert.deepEqual(await read('a.zip', zip, { parts: 3, expandedBytes: 19 }), {
      ...{ text: names.join('\n'), exception: undefined, names },
    });
  });

  for (const [limit, limits] of [
    ['number', { parts: 2 }],
    ['size', { expandedBytes: 18 }],
    ['expansion', { expansion: 0, unsuspiciousBytes: 18 }],
  ] as const) {
    it(`give an archive the note Large and keep its text and the parts before the limit, for the ${limit} of parts`, async () => {
      assert.deepEqual(await read('a.zip', zip, limits), {
        ...{ text: 'a.txt\nb.txt\nc.txt', exception: 'Large', names: ['a.txt', 'b.txt'] },
      });
    });
  }

  it('allow an expansion that is not suspicious, and one by the factor of the limit', async () => {
    const zeros = zipSync({ 'zeros.bin': new Uint8Array(100_000) });
    const { exception } = await read('a.zip', zeros, { unsuspiciousBytes: 1_000 });
    assert.equal(exception, 'Large');
    for (const limits of [{ unsuspiciousBytes: 100_000 }, { unsuspiciousBytes: 1_000, expansion: 1_000 }])
      assert.equal((await read('a.zip', zeros, limits)).exception, undefined);
  });

  it('apply to TAR archives, emails and mailboxes', async () => {
    const tar = await packTar(
      ['a', 'b', 'c'].map((name) => ({ header: { name, size: 3 }, body: name.repeat(3) })),
    );
    for (const [name, bytes, names] of [
      ['a.tar', tar, ['a', 'b']],
      ['a.eml', mail, ['a.bin', 'b.bin']],
      ['a.mbox', mailbox, ['1 a.eml', '2 b.eml']],
    ] as const) {
      const outcome = await read(name, bytes, { parts: 2 });
      assert.deepEqual([outcome.exception, outcome.names], ['Large', names], name);
      assert.match(outcome.text, /c/, name);
    }
  });
});
