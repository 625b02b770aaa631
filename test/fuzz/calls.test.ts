import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Caller } from '../../src/onna/caller.ts';
import type { TokenSource } from '../../src/onna/caller.ts';
import { OnnaClient } from '../../src/onna/client.ts';
import { OnnaError } from '../../src/onna/errors.ts';
import { readListing } from '../../src/onna/listing.ts';
import { signIn, whoAmI } from '../../src/onna/signIn.ts';
import { address, bodies, errorBodies } from './support/bodies.ts';
import { isUnpolluted } from './support/conforms.ts';
import { fuzz } from './support/fuzz.ts';
import { MemoryTransport, clockWithoutPauses } from './support/memoryTransport.ts';
import type { MemoryAnswer } from './support/memoryTransport.ts';
import { mutated } from './support/oddJson.ts';

const wiki = '/workspaces/harbour-Qx3vTz/wiki';

const calls: Readonly<Record<string, (client: OnnaClient, caller: Caller) => Promise<unknown>>> = {
  data: (client) => client.data({}),
  listing: (client) => readListing(client, undefined),
  node: (client) => client.node(wiki),
  resource: (client) => client.resource(wiki),
  children: (client) => client.children(wiki, 100, undefined),
  size: (client) => client.size(wiki),
  search: (client) => client.frontsearch('', {}),
  sendToSpyder: (client) => client.sendToSpyder(wiki),
  sendToCompute: (client) => client.sendToCompute(wiki),
  refreshServiceCredentials: (client) => client.credentials.refresh(wiki, 'secret'),
  updateServiceCredentials: (client) => client.credentials.update(wiki, 'code'),
  walletEntries: (client) => client.credentials.entries(),
  walletUsage: (client) => client.credentials.usage(),
  consentPage: async ({ credentials }) => {
    const query = { type: 'SlackDatasource', userFolder: '/ines', redirectTo: 'vscode://x' };
    return (await credentials.consentPage(query)).href;
  },
  writeStatus: (client) => client.writeStatus(wiki, 'paused'),
  signIn: (_, caller) => signIn(caller, address, 'ines', 'password'),
  whoAmI: (_, caller) => whoAmI(caller, address),
};

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  fc.constantFrom(201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 407, 409, 410, 412, 413, 418, 422),
  fc.constantFrom(424, 429, 500, 501, 502, 503, 504, 599, 600, 999),
);
const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'location', 'content-type', 'content-length', 'content-encoding', 'date'),
  fc.constantFrom(
    ...['', '0', '1', '-1', '1e9', 'NaN', '9'.repeat(30), 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT', 'gzip'],
    ...['https://elsewhere.test/steal?token=1', '//elsewhere.test', 'http://[', '/api', 'text/html', '\0'],
  ),
  { maxKeys: 2 },
);
const body = fc.oneof(
  { weight: 4, arbitrary: mutated(bodies) },
  { weight: 3, arbitrary: mutated(errorBodies) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...bodies), fc.nat(200))
      .map(([whole, length]) => JSON.stringify(whole).slice(0, length)),
  },
  fc.constantFrom(
    '',
    ' ',
    '<html>',
    'null',
    '"x"',
    'eyJ.eyJ.x',
    '\ufeff{}',
    '400: Invalid Auth code',
    '[[[[',
  ),
);
const answer: fc.Arbitrary<MemoryAnswer> = fc.record({ status, headers, body });

describe('A call to a service that sends arbitrary responses', () => {
  it('returns a value or throws an OnnaError, and sends requests only to the service', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...Object.keys(calls)),
      fc.array(answer, { minLength: 1, maxLength: 4 }),
      async (name, answers) => {
        let asked = 0;
        const transport = new MemoryTransport(() => {
          const next = answers[Math.min(asked++, answers.length - 1)];
          assert.ok(next && asked < 1_500, 'the client sends requests without end');
          return next;
        });
        const tokens: TokenSource = {
          token: () => Promise.resolve('first'),
          renew: () => Promise.resolve('second'),
        };
        const caller = new Caller({ transport, tokens, clock: clockWithoutPauses(), log: () => undefined });
        let outcome: unknown;
        try {
          outcome = await calls[name]?.(new OnnaClient(address, caller), caller);
        } catch (error) {
          if (!(error instanceof OnnaError)) throw error;
          outcome = error.failure;
        }
        isUnpolluted(outcome);
        for (const { url } of transport.seen) assert.equal(url.origin, address.baseUrl);
      },
    );
    await fuzz('client calls with random responses', property);
  });
});
