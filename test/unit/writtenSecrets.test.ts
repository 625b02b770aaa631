import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SignJWT } from 'jose';
import { coreOf, secretForms } from '../support/secrets/secretForms.ts';
import { searchForSecrets } from '../support/secrets/secretSearch.ts';
import { UsedSecrets, makeCanary } from '../support/secrets/usedSecrets.ts';
import { assertNoSecretWritten } from '../support/secrets/writtenSecrets.ts';
import { makeTemporaryFolder } from '../support/temporaryFolder.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';
import { ScriptedServer } from './onna/scriptedServer.ts';

const password = makeCanary('password');
const token = await new SignJWT({ login: 'ines@sandbox.test' })
  .setProtectedHeader({ alg: 'HS256' })
  .sign(Buffer.from('a key that nobody else has, of 32'));

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Encodings of a secret in a file. The keys are part of the test titles. */
const ways: Readonly<Record<string, (secret: string) => string | Buffer>> = {
  'in plain text': (secret) => secret,
  'in JSON': (secret) => JSON.stringify({ password: secret }),
  'in JSON within JSON': (secret) => escaped(escaped(secret)),
  'in a URL': (secret) => `https://x.test/?token=${encodeURIComponent(secret)}`,
  'in a URL-encoded form': (secret) => new URLSearchParams({ secret }).toString(),
  'in HTML': (secret) => `<input value="${html(secret)}">`,
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64 at an offset of one byte': (secret) => Buffer.from(`:${secret}`).toString('base64'),
  'in base64 at an offset of two bytes': (secret) => Buffer.from(`u:${secret}!`).toString('base64'),
  'in base64-encoded JSON': (secret) => Buffer.from(JSON.stringify([secret])).toString('base64'),
  'in base64url': (secret) => Buffer.from(`??>${secret}`).toString('base64url'),
  'in hex': (secret) => Buffer.from(secret).toString('hex'),
  'in upper-case hex': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'with every byte percent-encoded': (secret) =>
    Buffer.from(secret).toString('hex').toUpperCase().replace(/../g, '%$&'),
  'in UTF-16': (secret) => Buffer.from(secret, 'utf16le'),
  'in big-endian UTF-16': utf16be,
  'in binary data': (secret) =>
    Buffer.concat([Buffer.from([0, 0xff, 0x80, 7]), Buffer.from(secret), Buffer.alloc(9)]),
};

describe('The search for secrets in written files', () => {
  let folder: TemporaryFolder;
  const write = async (file: string, content: string | Buffer): Promise<void> => {
    const whole = path.join(folder.path, file);
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, content);
  };
  const search = (used: readonly string[] = [password, token]): ReturnType<typeof searchForSecrets> =>
    searchForSecrets(
      folder.path,
      used.map((text, index) => ({ name: `secret ${index}`, text })),
    );

  beforeEach(async () => {
    folder = await makeTemporaryFolder('onna-secrets');
    await write('logs/window.log', '2026-03-01 12:00:00.000 [trace] nothing\n');
  });
  afterEach(() => folder.remove());

  for (const [name, way] of Object.entries(ways)) {
    it(`finds a password and a token ${name}, and reports their files`, async () => {
      await write(
        'a/b/one.bin',
        Buffer.concat([Buffer.from('x'.repeat(70_000)), Buffer.from(way(password))]),
      );
      await write('two.txt', way(token));
      const found = new Set((await search()).findings.map(({ file, secret }) => `${secret} in ${file}`));
      assert.deepEqual(found, new Set(['secret 0 in a/b/one.bin', 'secret 1 in two.txt']));
    });
  }

  it('finds the signature of a token, and the first 40 characters of a password', async () => {
    await write('one.log', token.slice(token.lastIndexOf('.') + 1));
    await write('two.log', password.slice(0, 40));
    assert.deepEqual((await search()).findings.map(({ file }) => file).sort(), ['one.log', 'two.log']);
  });

  it('finds a secret in a file name', async () => {
    await write(`cache/${coreOf(password)}.json`, '{}');
    assert.equal((await search()).findings.length, 1);
  });

  it('ignores secrets that are not in its list, and the parts of a token that are not secret', async () => {
    await write('one.log', ways['in base64']?.(makeCanary('password')) ?? '');
    await write('two.log', token.slice(0, token.lastIndexOf('.')));
    assert.deepEqual((await search()).findings, []);
  });

  it('searches for each encoded form once, and only for forms of at least 16 bytes', () => {
    const forms = secretForms(password).map(({ bytes }) => bytes.toString('latin1'));
    assert.equal(new Set(forms).size, forms.length);
    assert.ok(forms.every((form) => form.length >= 16));
  });

  it('fails with a message that contains the file and the position, but not the secret', async () => {
    await write('state.json', JSON.stringify({ password }));
    await write('settings.json', JSON.stringify({ password }));
    const used = { all: [{ name: 'password 1', text: password }], tooShort: [] };
    const inSettings = ({ file }: { file: string }): boolean => file === 'settings.json';
    await assert.rejects(assertNoSecretWritten(folder.path, used, inSettings), (error: Error) => {
      assert.match(error.message, /password 1 is in state\.json at \d+ \(plain\)/);
      assert.doesNotMatch(error.message, /settings\.json/);
      assert.ok(!error.message.includes(coreOf(password)));
      return true;
    });
    const looked = await assertNoSecretWritten(folder.path, used, () => true);
    assert.match(
      looked,
      /^Searched 3 files \(.*, 1 lines at level trace\) for 1 secrets in \d+ forms: no leaks$/,
    );
  });

  it('fails if the log has no trace lines, or if a secret is too short to search for', async () => {
    await write('logs/window.log', '2026-03-01 12:00:00.000 [info] nothing\n');
    const used = { all: [], tooShort: ['password 1 (5 characters)'] };
    await assert.rejects(assertNoSecretWritten(folder.path, used), /too short[^]*nothing was logged/);
  });
});

describe('UsedSecrets', () => {
  it('collects codes for credentials from the queries of received requests', async () => {
    const used = new UsedSecrets();
    const server = await ScriptedServer.start();
    const code = makeCanary('code');
    try {
      await server.client().credentials.update('/ws/chat', code);
    } finally {
      used.dispose();
      await server.close();
    }
    assert.deepEqual(used.all, [{ name: 'auth_code 1', text: code }]);
  });

  it('collects tokens, passwords and X-Auth-Secret values from sent requests, each of them once', async () => {
    const used = new UsedSecrets();
    const server = await ScriptedServer.start();
    const secret = makeCanary('secret');
    const proxyPassword = makeCanary('proxy').replaceAll(/[^\w-]/g, '');
    const headers = {
      authorization: `Bearer ${token}`,
      'proxy-authorization': `Basic ${Buffer.from(`ines:${proxyPassword}`).toString('base64')}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ password, deep: [{ 'X-Auth-Secret': secret }], title: 'wiki' });
    try {
      for (let round = 0; round < 2; round++) {
        const answer = await server
          .transport()
          .send({ method: 'POST', url: new URL('/x', server.baseUrl), headers, body });
        answer.destroy();
      }
    } finally {
      used.dispose();
      await server.close();
    }
    assert.equal(server.seen[0]?.body, body, 'the server received the whole body');
    assert.deepEqual(
      new Set(used.all.map(({ text }) => text)),
      new Set([token, password, secret, proxyPassword]),
    );
    assert.deepEqual(used.tooShort, []);
  });

  it('omits a short password, because a file could contain the same text by chance', () => {
    const used = new UsedSecrets();
    used.dispose();
    used.add('password', 'wrong');
    assert.deepEqual(used.tooShort, ['password 1 (5 characters)']);
    assert.deepEqual(used.all, []);
  });
});
