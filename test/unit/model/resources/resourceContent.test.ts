import assert from 'node:assert/strict';
import { openFile, readResource } from '../../../../src/model/resources/resourceContent.ts';
import type { ResourceText } from '../../../../src/model/resources/resourceContent.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

interface Field {
  readonly type: string;
  readonly bytes: Uint8Array | string;
}

describe('resourceContent', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  /** Serves one Resource, `/ws/tides`, with these fields. */
  function serve(fields: Readonly<Record<string, Field>>): void {
    server.answer = ({ path }, response) => {
      const field = fields[path.split('/@download/')[1] ?? ''];
      if (field) response.writeHead(200, { 'content-type': field.type }).end(field.bytes);
      else if (path.endsWith('/ws/tides')) json(response, { '@type': 'Resource', '@name': 'tides' });
      else json(response, { reason: 'object and/or route not found' }, 404);
    };
  }
  const { signal } = new AbortController();
  const read = (path = '/ws/tides'): Promise<ResourceText> =>
    readResource(server.client(), path, 1_000, signal);
  const open = (path: string): Promise<unknown> => openFile(server.client(), path, signal);

  it('decodes the extracted text or the file with the charset of the response', async () => {
    const latin1 = { type: 'text/plain; charset=iso-8859-1', bytes: Buffer.from('Größe', 'latin1') };
    for (const field of ['extracted_text', 'file']) {
      serve({ [field]: latin1 });
      assert.deepEqual(await read(), { kind: 'text', text: 'Größe' }, field);
    }
  });

  it('reports “no content” rather than “not found” if the Resource has no file', async () => {
    serve({});
    assert.equal((await failureOf(read())).kind, 'noContent');
    assert.equal((await failureOf(open('/ws/tides'))).kind, 'noContent');
  });

  it('reports “not found” if the Resource does not exist', async () => {
    serve({});
    assert.equal((await failureOf(read('/ws/gone'))).kind, 'notFound');
    assert.equal((await failureOf(open('/ws/gone'))).kind, 'notFound');
  });

  it('rejects a response that has no body or contains only part of the file', async () => {
    server.answer = (_, response) => response.writeHead(204).end();
    assert.equal((await failureOf(open('/ws/tides'))).kind, 'noContent');
    server.answer = (_, response) => response.writeHead(206).end('High');
    assert.equal((await failureOf(open('/ws/tides'))).kind, 'unexpectedStatus');
  });

  it('reads the file if the extracted text is empty, but returns only the type if the file is not text', async () => {
    const empty = { type: 'text/plain', bytes: '' };
    serve({ extracted_text: empty, file: { type: 'text/csv', bytes: 'a,b' } });
    assert.deepEqual(await read(), { kind: 'text', text: 'a,b' });
    serve({ extracted_text: empty, file: { type: 'image/png', bytes: 'png' } });
    assert.deepEqual(await read(), { kind: 'notText', contentType: 'image/png' });
  });
});
