import assert from 'node:assert/strict';
import { generateDatasources } from '../../../../src/sandbox/samples/generatedDatasources.ts';
import { Fixture } from '../support/fixture.ts';

describe('The sandbox’s compression', () => {
  const fixture = new Fixture();
  beforeEach(async () => {
    await fixture.start();
    await generateDatasources(fixture.sandbox, 50);
  });
  afterEach(() => fixture.stop());

  async function get(path: string, acceptedEncodings: string): Promise<Response> {
    const { baseUrl, container, account } = fixture.sandbox;
    return fetch(`${baseUrl}/api/${container}/${account}${path}`, {
      headers: {
        authorization: `Bearer ${fixture.caller.token}`,
        'accept-encoding': acceptedEncodings,
      },
    });
  }

  const cases: readonly (readonly [accepted: string, encoding: string | null])[] = [
    ['gzip, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0', null],
    ['deflate', null],
    ['identity', null],
  ];
  for (const [accepted, encoding] of cases) {
    it(`sends ${encoding ?? 'plain JSON'} to a client that accepts “${accepted}”`, async () => {
      const plain = await get('/@data', accepted);
      assert.equal(plain.headers.get('content-encoding'), null);
      const expected = await plain.json();
      fixture.sandbox.setSwitches({ compression: true });
      const answer = await get('/@data', accepted);
      assert.equal(answer.headers.get('content-encoding'), encoding);
      assert.equal(answer.headers.get('vary'), 'accept-encoding');
      assert.deepEqual(await answer.json(), expected);
    });
  }

  it('does not compress an answer that fits into one packet', async () => {
    fixture.sandbox.setSwitches({ compression: true });
    const answer = await get('/@size', 'gzip, br');
    assert.equal(answer.headers.get('content-encoding'), null);
    assert.equal(answer.status, 200);
  });
});
