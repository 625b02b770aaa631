import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';

describe('The headers of a download', () => {
  const fixture = new Fixture();
  let file: string;
  before(async () => {
    await fixture.start();
    const { path } = await fixture.datasource({ 'tides.md': '0123456789' });
    const [resource = ''] = await fixture.caller.children(path);
    file = `${resource}/@download/file`;
  });
  after(() => fixture.stop());

  it('contain the name in quotes, and the disposition that the client asks for if it is a word', async () => {
    for (const [query, disposition] of [
      ['', 'attachment; filename="tides.md"'],
      ['?disposition=inline', 'inline; filename="tides.md"'],
      ['?disposition=x', 'x; filename="tides.md"'],
      ['?disposition=x%0d%0aa:b', 'attachment; filename="tides.md"'],
      ['/two%20words.md', 'attachment; filename="two words.md"'],
    ] as const) {
      const { headers } = await fixture.caller.call(file + query);
      assert.equal(headers['content-disposition'], disposition);
    }
  });

  it('are not sent for an object or a field without a file', async () => {
    for (const [path, reason] of [
      ['/workspaces/harbour/@download/file', 'No valid name'],
      ['/@download/file', 'No valid name'],
      [file.replace('/file', '/none'), 'No valid name'],
      ['/workspaces/harbour/@download', 'object and/or route not found'],
    ] as const) {
      const { status, json } = await fixture.caller.call(path);
      assert.deepEqual([status, json], [404, { reason }]);
    }
  });

  it('accept ranges as Python reads their numbers', async () => {
    for (const [range, status, text] of [
      ['bytes=+1-+3', 206, '123'],
      ['bytes=0_1- 3 ', 206, '123'],
      ['bytes=1__0-', 416, undefined],
      ['bytes=_1-', 416, undefined],
    ] as const) {
      const answer = await fixture.caller.call(file, { headers: { range } });
      assert.deepEqual([answer.status, status === 206 ? answer.text : undefined], [status, text]);
    }
  });
});
