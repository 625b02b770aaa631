import assert from 'node:assert/strict';
import { Redactor, wordsOf, type KnownData } from '../../../../src/model/diagnostics/redactor.ts';
import { makeCanary } from '../../../support/secrets/usedSecrets.ts';
import { secretForms } from '../../../support/secrets/secretForms.ts';

const secret = makeCanary('password');
const known: KnownData = {
  secrets: [secret],
  servers: ['https://onna.fjord.example:8443', 'http://proxy.fjord.example:3128'],
  users: ['ines@lumenfjord.test'],
  accounts: ['lumenfjord', 'rel0'],
  titles: ['Sync Error', 'Merger 2031'],
};
const vocabulary = wordsOf([
  'The list of Datasources could not be saved: error “{0}”.',
  'Sync the Datasource. Downloaded {0} as {1}.',
]);
const strict = new Redactor(known, false, vocabulary);
const lenient = new Redactor(known, true, vocabulary);

describe('The redactor of diagnostics', () => {
  it('removes known secrets in every form, whether or not names are allowed', () => {
    for (const redactor of [strict, lenient]) {
      for (const { form, bytes } of secretForms(secret)) {
        // The log is written as UTF-8.
        if (form === 'UTF-16') continue;
        const text = bytes.toString('latin1');
        assert.equal(redactor.text(`The list ${text} could`).includes(text), false, form);
        assert.equal(redactor.path(`/list/${text}`).includes(text), false, form);
      }
      assert.doesNotMatch(redactor.text(JSON.stringify({ note: secret })), /password-/);
      assert.doesNotMatch(redactor.text(encodeURIComponent(secret)), /password-/);
    }
  });

  it('removes secrets that are not in the known data', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJsb2dpbiI6ImluZXMifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
    for (const text of [
      token,
      `Authorization: Bearer abcd1234`,
      'Basic dXNlcjpodW50ZXIyaHVudGVyMg==',
      '{"password":"hunter2"}',
      "X-Auth-Secret: 'hunter2'",
      'https://ines:hunter2@onna.fjord.example/api?token=hunter2#hunter2',
      'code=hunter2&x=1',
      'a'.repeat(30) + '1234567890b',
    ]) {
      const shown = lenient.text(text);
      assert.doesNotMatch(shown, /hunter2|abcd1234|eyJhb|dXNlcj|aaaaaaaa/, text);
    }
  });

  it('replaces a server with the same placeholder everywhere, even if names are allowed', () => {
    const shown = lenient.text(
      'https://onna.fjord.example:8443/api/x, ONNA.fjord.example and http://proxy.fjord.example:3128',
    );
    assert.doesNotMatch(shown, /fjord/i);
    assert.match(shown, /^https:\/\/<server 1>\/api\/x, <server \d+> and http:\/\/<server 2>/);
    assert.equal(lenient.server('onna.fjord.example:8443'), '<server 1>');
  });

  it('keeps titles, users and messages of the service if names are allowed', () => {
    const text = '“Merger 2031” of ines@lumenfjord.test: quota exceeded in /home/ines/plans.md';
    assert.equal(lenient.text(text), text);
    assert.equal(lenient.path('/rel0/lumenfjord/Merger 2031'), '/rel0/lumenfjord/Merger 2031');
  });

  it('keeps only the extension’s own words if names are not allowed', () => {
    assert.equal(
      strict.text('The list of Datasources could not be saved: ENOSPC, quota of the merger exceeded'),
      'The list of Datasources could not be saved: ENOSPC, … of the … …'.replace('… …', '…'),
    );
  });

  it('replaces quoted titles, users, accounts, addresses and paths with stable placeholders', () => {
    const shown = strict.text('“Merger 2031” “Merger 2031” “Other” ines@lumenfjord.test in LUMENFJORD');
    assert.match(shown, /^“<name (\d+)>” “<name \1>” “<name (?!\1)\d+>” <user 1> … <account \d+>$/);
    assert.doesNotMatch(
      strict.text('Downloaded /srv/Fjord plans/merger.pdf as C:\\Users\\ines\\x.pdf'),
      /Fjord|merger|ines|srv|pdf/,
    );
    assert.doesNotMatch(strict.text('https://other.example/api/fjord?q=merger'), /other|fjord|merger/);
  });

  it('replaces a title that consists of the extension’s own words', () => {
    assert.match(strict.text('Sync Error could not be saved'), /^<name \d+> could not be saved$/);
  });

  it('keeps only the API’s own names in a path', () => {
    assert.match(
      strict.path('/api/rel0/lumenfjord/workspaces/harbour-Qx3vTz/wiki/@sendToSpyder'),
      /^\/api\/<name \d+>\/<name \d+>\/workspaces\/<name \d+>\/<name \d+>\/@sendToSpyder$/,
    );
    assert.match(strict.path('/ines@lumenfjord.test/@favorite'), /^\/<user 1>\/@favorite$/);
    assert.equal(strict.path('/auth/oauth/get_auth_token'), '/auth/oauth/get_auth_token');
  });

  it('keeps functions, files and lines of a stack, but no folders and no messages', () => {
    const frames = [
      '    at DatasourceStore.open (/home/ines/.vscode/extensions/onna/dist/extension/chunk-A1.cjs:10:20)',
      '    at async file:///C:/Users/ines/merger/dist/extension.cjs:1:2',
      '    at node:internal/process/task_queues:104:5',
      'Error: merger of ines',
    ];
    assert.deepEqual(strict.frames(frames), [
      '    at DatasourceStore.open (chunk-A1.cjs:10:20)',
      '    at  (extension.cjs:1:2)',
      '    at  (node:internal/process/task_queues:104:5)',
    ]);
  });

  it('takes less than 2 s for a log of 5,000 lines and 10,000 titles', () => {
    const titles = Array.from({ length: 10_000 }, (_, index) => `Sync ${index}`);
    const started = performance.now();
    const redactor = new Redactor({ ...known, titles }, false, vocabulary);
    for (let line = 0; line < 5_000; line++)
      redactor.text(
        `The list of “Merger ${line}” could not be saved: https://onna.fjord.example/${line} Sync ${line}`,
      );
    const tookMs = performance.now() - started;
    assert.ok(tookMs < 2_000, `${tookMs} ms`);
  });
});
