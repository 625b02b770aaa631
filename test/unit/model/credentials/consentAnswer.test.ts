import assert from 'node:assert/strict';
import { readConsentQuery, readPastedCode } from '../../../../src/model/credentials/consentAnswer.ts';

describe('The answer of a consent page', () => {
  it('has a state and a code', () => {
    assert.deepEqual(readConsentQuery('state=s1&code=a%2Fb%2Bc%3D'), {
      states: ['s1'],
      code: 'a/b+c=',
      error: undefined,
    });
    assert.equal(readConsentQuery('state=s1&code=a/b+c=').code, 'a/b+c=', 'decoded by VS Code');
    assert.equal(readConsentQuery('state=s1&auth_code=abcd').code, 'abcd');
  });

  it('has the reason for a refusal', () => {
    const { code, error } = readConsentQuery('state=s1&error=access_denied');
    assert.deepEqual([code, error], [undefined, 'access_denied']);
  });

  it('may have several states, one of them nested in the parameter vscode-query', () => {
    assert.deepEqual(readConsentQuery('vscode-reqid=1&vscode-query=state%3Ds1&state=other&code=abcd'), {
      states: ['other', 's1'],
      code: 'abcd',
      error: undefined,
    });
  });

  it('has no code if the code is too short, too long, or contains other characters', () => {
    for (const code of ['', 'abc', 'a b c d', 'abcd\n', '<script>', 'x'.repeat(4_001)])
      assert.equal(readConsentQuery(new URLSearchParams({ code }).toString()).code === code, false, code);
  });

  it('can be pasted as a code or as an address', () => {
    assert.deepEqual(readPastedCode('  abcd-1234 '), { states: [], code: 'abcd-1234', error: undefined });
    assert.deepEqual(readPastedCode('https://x.test/callback?code=abcd&state=s1#end'), {
      states: ['s1'],
      code: 'abcd',
      error: undefined,
    });
    for (const text of ['', 'two words', 'https://x.test/', 'https://', 'vscode://x/callback?state=1'])
      assert.equal(readPastedCode(text).code, undefined, text);
  });
});
