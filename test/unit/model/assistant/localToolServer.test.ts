import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { systemClock } from '../../../../src/base/clock.ts';
import { LocalToolServer } from '../../../../src/model/assistant/localToolServer.ts';
import { actionTools, toolNames } from '../../../../src/model/assistant/toolNames.ts';
import type { Announcement } from '../../../../src/shared/mcpProtocol.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { node24, repository } from '../../../support/repository.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporaryFolder.ts';
import { Fixture, eventually } from '../../sandbox/support/fixture.ts';
import { AssistantWorld } from './assistantWorld.ts';

const program = path.join(repository, 'dist/mcp/server.cjs');
const readTools = toolNames.filter((name) => !actionTools.some((action) => action === name));

interface Text {
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
}

describe('The MCP server', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  const clients: Client[] = [];
  const servers: LocalToolServer[] = [];
  let folder: TemporaryFolder;
  let world: AssistantWorld;
  let errors: unknown[];

  beforeEach(async () => {
    errors = [];
    folder = await makeTemporaryFolder('onna-mcp-test');
    await fixture.start();
    await fixture.datasource({ 'contract.md': 'The charterer pays demurrage.' });
    world = await AssistantWorld.open(fixture);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    for (const server of servers.splice(0)) await server.close();
    await world.close();
    await fixture.stop();
    await folder.remove();
    assert.deepEqual(errors, []);
  });

  async function start(clock: Pick<FakeClock, 'now' | 'after'> = systemClock): Promise<LocalToolServer> {
    const server = new LocalToolServer({
      ...{ clock, folder: folder.path, version: '1.2.3' },
      tools: toolNames.map((name) => ({
        ...{ name, title: name, description: `About ${name}` },
        inputSchema: { type: 'object', properties: {} },
      })),
      createAssistant: () => world.newAssistant(),
      onError: (error) => errors.push(error),
    });
    servers.push(server);
    await server.start();
    return server;
  }

  /** Starts the program as an MCP client does, and connects to it over stdio. */
  async function connectClient(): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    clients.push(client);
    await client.connect(
      new StdioClientTransport({ command: node24, args: [program, folder.path], stderr: 'ignore' }),
    );
    return client;
  }

  const call = async (client: Client, name: string, args: Record<string, unknown>): Promise<Text> =>
    (await client.callTool({ name, arguments: args })) as unknown as Text;

  async function announcement(): Promise<Announcement> {
    const [name = ''] = (await readdir(folder.path)).filter((file) => file.endsWith('.window'));
    return JSON.parse(await readFile(path.join(folder.path, name), 'utf8')) as Announcement;
  }

  /** Sends text to the socket. @returns everything that the server sends before it ends the connection */
  async function send(text: string): Promise<string> {
    const socket: Socket = connect((await announcement()).socket);
    let received = '';
    socket.setEncoding('utf8').on('data', (part: string) => (received += part));
    socket.on('error', () => undefined);
    socket.write(text);
    await new Promise((resolve) => socket.once('close', resolve));
    return received;
  }

  it('offers the read-only tools, and runs each of them', async () => {
    await start();
    const client = await connectClient();
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]),
      readTools.map((name) => [name, true]),
    );
    const datasource = 'Wiki';
    const found = await call(client, 'onna_search', { query: 'demurrage' });
    const [, resource = ''] = /^(hit-\w{12}) \|/m.exec(found.content[0]?.text ?? '') ?? [];
    for (const [name, input, wanted] of [
      ['onna_list_datasources', {}, /^Datasources 1 to 1 of 1 that match/],
      ['onna_get_datasource', { datasource }, /runs:/],
      ['onna_read_resource', { resource }, /The charterer pays demurrage\./],
      ['onna_get_log', { datasource, errorsOnly: false }, /contract\.md/],
      ['onna_show', { what: 'row', datasource }, /selects the Datasource/],
    ] as const) {
      const { content, isError } = await call(client, name, input);
      assert.equal(isError, false, name);
      assert.match(content[0]?.text ?? '', wanted);
    }
    assert.equal(world.records.length, 6);
    assert.ok(world.records.every(({ source }) => source === 'mcp'));
  });

  it('offers no action and runs none, even if the user allows the assistant to act', async () => {
    world.mayAct = true;
    await start();
    const client = await connectClient();
    fixture.sandbox.clearRequests();
    for (const name of actionTools) {
      const { content, isError } = await call(client, name, { datasource: 'Wiki' });
      assert.equal(isError, true);
      assert.equal(content[0]?.text, 'There is no such tool.');
    }
    assert.deepEqual(fixture.sandbox.requests(), []);
    assert.deepEqual(world.questions, []);
  });

  it('lets each client read only what its own searches returned', async () => {
    await start();
    const [one, other] = [await connectClient(), await connectClient()];
    const found = await call(one, 'onna_search', { query: 'demurrage' });
    const [, resource = ''] = /^(hit-\w{12}) \|/m.exec(found.content[0]?.text ?? '') ?? [];
    assert.equal((await call(other, 'onna_read_resource', { resource })).isError, true);
    assert.equal((await call(one, 'onna_read_resource', { resource })).isError, false);
  });

  it('closes a connection without an answer if the nonce is wrong or the first line is not a hello', async () => {
    await start();
    const { nonce } = await announcement();
    for (const line of [
      JSON.stringify({ type: 'hello', nonce: `${nonce.slice(0, -1)}x` }),
      JSON.stringify({ type: 'hello', nonce: '' }),
      JSON.stringify({ type: 'call', id: 1, name: 'onna_list_datasources', input: {} }),
      'GET / HTTP/1.1\r\nHost: evil.example\r\n',
      `POST / HTTP/1.1\r\nHost: localhost\r\n\r\n${JSON.stringify({ type: 'hello', nonce })}`,
      'null',
    ])
      assert.equal(await send(`${line}\n`), '', line);
    assert.equal(world.records.length, 0);
  });

  it('closes a connection that sends no hello within 5 s, or sends a line that is too long', async () => {
    const clock = new FakeClock();
    await start(clock);
    const silent = send('');
    await eventually(() => clock.pending > 0);
    await clock.advance(5_000);
    assert.equal(await silent, '');
    assert.equal(await send('x'.repeat(5_000_000)), '');
  });

  it('prevents other users from connecting to the socket and from reading the nonce', async function () {
    if (process.platform === 'win32') this.skip();
    await start();
    const { socket, nonce } = await announcement();
    const mode = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);
    assert.equal(await mode(path.dirname(socket)), '700');
    assert.equal(await mode(socket), '600');
    const [name = ''] = await readdir(folder.path);
    assert.equal(await mode(path.join(folder.path, name)), '600');
    if (process.getuid?.() !== 0) this.skip();
    const code = `require('node:net').connect(${JSON.stringify(socket)}).on('connect', () => process.exit(0)).on('error', (error) => {
      console.log(error.code); process.exit(1); }).write(${JSON.stringify(`${JSON.stringify({ type: 'hello', nonce })}\n`)})`;
    // The user "nobody".
    const other = spawn('/usr/bin/setpriv', [
      '--reuid=65534',
      '--clear-groups',
      '/usr/bin/env',
      'node',
      '-e',
      code,
    ]);
    let output = '';
    other.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    const [exit] = (await once(other, 'exit')) as [number];
    assert.equal(exit, 1);
    assert.equal(output.trim(), 'EACCES');
  });

  it('removes its socket when the window closes, so that a client connects to the next window', async () => {
    const server = await start();
    const client = await connectClient();
    assert.equal((await call(client, 'onna_list_datasources', {})).isError, false);
    const { socket } = await announcement();
    await server.close();
    await assert.rejects(stat(socket), { code: 'ENOENT' });
    assert.deepEqual(await readdir(folder.path), []);
    const without = await call(client, 'onna_list_datasources', {});
    assert.equal(without.isError, true);
    assert.match(without.content[0]?.text ?? '', /^No VS Code window with Onna is open/);
    await start();
    assert.equal((await call(client, 'onna_list_datasources', {})).isError, false);
  });

  it('removes its announcement before it ends a connection, so that the client does not find it again', async () => {
    const server = await start();
    const socket = connect((await announcement()).socket);
    socket.on('error', () => undefined).resume();
    await once(socket, 'connect');
    const left = new Promise((resolve) => socket.once('close', () => resolve(readdirSync(folder.path))));
    await server.close();
    assert.deepEqual(await left, []);
  });

  it('ignores and removes the announcement file of a window that crashed', async () => {
    const crashed = { socket: path.join(folder.path, 'gone'), nonce: 'x', since: Date.now() + 60_000 };
    await writeFile(path.join(folder.path, 'crashed.window'), JSON.stringify(crashed));
    await writeFile(path.join(folder.path, 'broken.window'), '{');
    await start();
    const client = await connectClient();
    assert.equal((await call(client, 'onna_list_datasources', {})).isError, false);
    assert.ok(!(await readdir(folder.path)).includes('crashed.window'));
  });

  it('keeps the announcement file of a window that is too busy to accept another connection', async () => {
    await start();
    const { socket } = await announcement();
    const others = Array.from({ length: 10 }, () => connect(socket));
    await Promise.all(others.map((other) => once(other, 'connect')));
    const client = await connectClient();
    assert.equal((await call(client, 'onna_list_datasources', {})).isError, true);
    for (const other of others) other.destroy();
    await eventually(async () => (await call(client, 'onna_list_datasources', {})).isError === false);
  });

  it('cancels a call when the client cancels it', async () => {
    await start();
    const client = await connectClient();
    // The response would come after the timeout of this test.
    fixture.sandbox.setSwitches({ latencyMs: 600_000 });
    const abort = new AbortController();
    const called = client.callTool({ name: 'onna_search', arguments: { query: 'demurrage' } }, undefined, {
      signal: abort.signal,
    });
    await eventually(() => world.clientUses > 0);
    abort.abort();
    await assert.rejects(called);
    await eventually(() => world.records.length > 0);
    assert.equal(world.records[0]?.outcome, 'cancelled');
  });
});
