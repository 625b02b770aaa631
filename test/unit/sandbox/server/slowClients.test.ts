import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Fixture, eventually } from '../support/fixture.ts';
import { send } from '../support/wire.ts';

/** A client that writes raw bytes to its socket. */
interface HandClient {
  readonly socket: Socket;
  received(): string;
  isClosed(): boolean;
}

describe('The sandbox’s connection handling', function () {
  this.timeout(20_000);
  const fixture = new Fixture();
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await fixture.stop();
  });

  async function open(): Promise<HandClient> {
    const socket = connect(Number(new URL(fixture.sandbox.baseUrl).port), '127.0.0.1');
    sockets.push(socket);
    let received = '';
    let isClosed = false;
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (isClosed = true));
    await new Promise((resolve) => socket.once('connect', resolve));
    return { socket, received: () => received, isClosed: () => isClosed };
  }

  function head(method: string, path: string, headers: string): string {
    return `${method} /api/rel0/sandbox${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${fixture.caller.token}\r\n${headers}\r\n`;
  }

  /** Sends one byte every 20 ms until the server closes the connection. */
  async function dribble(client: HandClient, byte: string): Promise<void> {
    while (!client.isClosed()) {
      client.socket.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('closes a connection if the client sends incomplete headers or nothing', async () => {
    await fixture.start({ limits: { headersMs: 200 } });
    const silent = await open();
    const slow = await open();
    slow.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    await dribble(slow, 'x');
    assert.match(slow.received(), /^HTTP\/1\.1 408 /);
    await eventually(() => silent.isClosed());
  });

  it('closes a connection if a JSON body, an upload or an ignored body stalls or arrives too slowly', async () => {
    await fixture.start({ limits: { pace: { patienceMs: 150, bytesPerMs: 16 } } });
    const { path } = await fixture.datasource({}, { type: 'static', sync: 'one' });
    const stopped = await open();
    stopped.socket.write(`${head('POST', '/@frontsearch', 'Content-Length: 100\r\n')}{"adv`);
    await eventually(() => stopped.isClosed());
    assert.match(stopped.received(), /^HTTP\/1\.1 408 /);
    const json = await open();
    json.socket.write(head('POST', '/@frontsearch', 'Content-Length: 100000\r\n'));
    await dribble(json, ' ');
    assert.match(json.received(), /^HTTP\/1\.1 408 /);
    const upload = await open();
    upload.socket.write(
      head('PATCH', `${path}/@upload/file`, 'X-UPLOAD-FILENAME: slow.txt\r\nContent-Length: 100000\r\n'),
    );
    await dribble(upload, 'x');
    assert.match(upload.received(), /^HTTP\/1\.1 408 /);
    assert.deepEqual(await fixture.caller.names(path), []);
    const unwanted = await open();
    unwanted.socket.write(head('POST', '/nothing', 'Content-Length: 100000\r\n'));
    await dribble(unwanted, 'x');
    assert.match(unwanted.received(), /^HTTP\/1\.1 404 /);
  });

  it('keeps a connection open while a large body arrives steadily', async () => {
    await fixture.start({ limits: { idleMs: 300, pace: { patienceMs: 300, bytesPerMs: 16 } } });
    const { path } = await fixture.datasource({}, { type: 'static', sync: 'one' });
    const client = await open();
    const piece = 'x'.repeat(4_000);
    const pieces = 10;
    client.socket.write(
      head(
        'PATCH',
        `${path}/@upload/file`,
        `X-UPLOAD-FILENAME: long.txt\r\nContent-Length: ${pieces * piece.length}\r\n`,
      ),
    );
    const before = performance.now();
    for (let sent = 0; sent < pieces; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.socket.write(piece);
    }
    await eventually(() => client.received() !== '');
    assert.match(client.received(), /^HTTP\/1\.1 20\d /);
    assert.ok(performance.now() - before > 900, 'the upload takes longer than the idle timeout');
    assert.deepEqual(await fixture.caller.names(path), ['long.txt']);
  });

  it('closes a connection if the client does not read its download, even if the client keeps sending data', async () => {
    const log: string[] = [];
    await fixture.start({ limits: { idleMs: 200 }, log: (line) => log.push(line) });
    // 32 MiB exceeds the total capacity of the socket buffers on both sides.
    const { path } = await fixture.datasource({ 'big.bin': Buffer.alloc(32 * 1024 * 1024, 1) });
    const [file = ''] = await fixture.caller.children(path);
    const client = await open();
    client.socket.pause();
    client.socket.write(head('GET', `${file}/@download/file`, ''));
    await eventually(async () => {
      client.socket.write('\r\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return log.some((line) => line.includes('big.bin/@download/file: not sent completely'));
    });
    client.socket.resume();
    await eventually(() => client.isClosed());
    assert.ok(client.socket.bytesRead < 32 * 1024 * 1024);
    assert.equal((await fixture.caller.call('/@workspaces')).status, 200);
  });

  it('keeps a connection open while the sandbox itself delays its response', async () => {
    await fixture.start({ limits: { idleMs: 50 } });
    fixture.sandbox.setSwitches({ latencyMs: 400 });
    assert.equal((await fixture.caller.call('/@workspaces')).status, 200);
  });

  it('serves a new connection while 200 other connections stay open', async () => {
    await fixture.start();
    const held = await Promise.all(Array.from({ length: 200 }, () => open()));
    for (const { socket } of held) socket.write(head('GET', '/@workspaces', ''));
    await eventually(() => held.every((client) => client.received().startsWith('HTTP/1.1 200 ')));
    assert.ok(held.every((client) => !client.isClosed()));
    // The sandbox serves a new connection while the 200 connections are still open.
    assert.equal((await send(fixture.sandbox.baseUrl, '/api/rel0/sandbox/@nothing')).status, 404);
    for (const { socket } of held) socket.write(head('GET', '/@data', ''));
    await eventually(() => held.every((client) => client.received().split('HTTP/1.1 200 ').length === 3));
  });

  it('serves 200 requests concurrently', async () => {
    await fixture.start();
    fixture.sandbox.setSwitches({ latencyMs: 300 });
    const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
    const { hostname, port } = new URL(fixture.sandbox.baseUrl);
    const ask = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${fixture.caller.token}` };
        const path = '/api/rel0/sandbox/@workspaces';
        httpRequest({ hostname, port, path, headers, agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        })
          .on('error', reject)
          .end();
      });
    const before = performance.now();
    const statuses = await Promise.all(Array.from({ length: 200 }, ask));
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.ok(performance.now() - before < 200 * 300, 'the requests run concurrently');
  });
});
