import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { planFiles } from '../../../../src/model/upload/collisions.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { Caller } from '../../../../src/onna/caller.ts';
import { OnnaClient } from '../../../../src/onna/client.ts';
import { OnnaError, isOnnaError } from '../../../../src/onna/errors.ts';
import { partBytes, tusUpload } from '../../../../src/onna/tus/tusUpload.ts';
import type { Transport, TransportRequest } from '../../../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { signIn } from '../../sandbox/support/wire.ts';
import { UploadWorld, md5 } from '../../model/upload/uploadWorld.ts';

/**
 * The fate of a request. `lost`: the service processes it, but the answer does not arrive. `dropped`: it is
 * not sent.
 */
type Fate = 'sent' | 'lost' | 'dropped';

describe('tusUpload', () => {
  let world: UploadWorld;
  let transport: Transport;
  /** The methods of all requests of the upload. */
  let methods: string[];
  let fateOf: (request: TransportRequest) => Fate;
  let client: OnnaClient;

  beforeEach(async () => {
    world = await UploadWorld.start();
    methods = [];
    fateOf = () => 'sent';
    const real = new UndiciTransport(new URL(world.sandbox.baseUrl), { strictSSL: true, certificates: [] });
    transport = {
      name: 'unreliable',
      close: () => real.close(),
      send: async (request) => {
        methods.push(request.method);
        const fate = fateOf(request);
        const failure = new OnnaError({ kind: 'unreachable', host: 'onna.test', code: 'ECONNRESET' });
        if (fate === 'dropped') throw failure;
        const response = await real.send(request);
        if (fate === 'sent') return response;
        response.destroy();
        throw failure;
      },
    };
    const token = await signIn(world.sandbox);
    const tokens = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
    client = new OnnaClient(
      world.sandbox,
      new Caller({ transport, tokens, clock: systemClock, log: () => undefined }),
    );
  });
  afterEach(async () => {
    await transport.close();
    await world.stop();
  });

  function send(bytes: Uint8Array, sum = md5(bytes)): Promise<void> {
    return tusUpload({
      client: client.uploads,
      endpoint: client.uploads.newFileUrl(world.path),
      resumed: undefined,
      ...{ name: 'large.bin', size: bytes.length, md5: sum, retryDelaysMs: [1, 1] },
      signal: new AbortController().signal,
      read: (start, end) => Promise.resolve(bytes.slice(start, end)),
      begun: () => undefined,
      received: () => undefined,
    });
  }

  for (const fate of ['lost', 'dropped'] as const)
    it(`requests the offset and continues after a part was ${fate}`, async () => {
      const bytes = randomBytes(partBytes * 2 + 100);
      let parts = 0;
      fateOf = ({ method }) => (method === 'PATCH' && ++parts === 2 ? fate : 'sent');
      await send(bytes);
      assert.deepEqual(
        methods,
        fate === 'lost'
          ? ['POST', 'PATCH', 'PATCH', 'HEAD', 'PATCH']
          : ['POST', 'PATCH', 'PATCH', 'HEAD', 'PATCH', 'PATCH'],
      );
      assert.deepEqual(await world.stored(), [`/large.bin ${createHash('md5').update(bytes).digest('hex')}`]);
    });

  it('succeeds if only the answer to the last part is lost', async () => {
    const { signal } = new AbortController();
    const root = await world.folders.make({ 'in/a.txt': 'a' });
    const { files } = await collectFiles([`${root}/in`], signal);
    fateOf = ({ method }) => (method === 'PATCH' ? 'lost' : 'sent');
    const run = new UploadRun({ client, path: world.path, record: undefined, signal, retryDelaysMs: [1] });
    const { outcomes, unverified } = await run.run(
      planFiles(files, [], 'skip').map((file, index) => ({ ...file, index })),
    );
    assert.deepEqual([outcomes[0]?.error, unverified], [undefined, 0]);
    assert.deepEqual(await world.stored(), [`in/a.txt ${md5('a')}`]);
  });

  it('does not repeat the request that creates an upload', async () => {
    fateOf = ({ method }) => (method === 'POST' ? 'lost' : 'sent');
    await assert.rejects(send(randomBytes(10)), (error) => isOnnaError(error, 'unreachable'));
    assert.deepEqual(methods, ['POST']);
  });

  it('fails if the content does not match the announced checksum', async () => {
    await assert.rejects(send(randomBytes(10), md5('other')), (error) => isOnnaError(error, 'invalid'));
    assert.deepEqual(await world.stored(), []);
  });

  it('sends the token only to the configured server, whatever host the service returns', async () => {
    world.sandbox.setSwitches({ foreignIdHost: 'https://elsewhere.test' });
    const origins = new Set<string>();
    fateOf = ({ url }) => {
      origins.add(url.origin);
      return 'sent';
    };
    await send(randomBytes(10));
    assert.deepEqual([...origins], [new URL(world.sandbox.baseUrl).origin]);
  });
});
