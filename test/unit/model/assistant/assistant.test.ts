import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { numberedFiles } from '../../sandbox/support/temporaryFolders.ts';
import { AssistantWorld, splitResult } from './assistantWorld.ts';

describe('The tools of the assistant with the sandbox', () => {
  const fixture = new Fixture();
  let world: AssistantWorld;
  let wiki: { path: string; uid: string; origin: string };

  beforeEach(async () => {
    await fixture.start();
    wiki = await fixture.datasource({
      'contract.md': 'The charterer pays demurrage after the lay days.',
      'broken.pdf': 'This is not a PDF.',
    });
    await fixture.datasource({ 'plan.md': 'The plan' }, { title: 'Chat', type: 'slack', id: 'chat' });
    world = await AssistantWorld.open(fixture);
  });
  afterEach(async () => {
    await world.close();
    await fixture.stop();
  });

  const requests = (): number => fixture.sandbox.requests().length;

  it('list Datasources from the store, without a request', async () => {
    const before = requests();
    const { text, isError } = await world.call('onna_list_datasources');
    assert.equal(isError, false);
    assert.match(text, /^Datasources 1 to 2 of 2 that match\./);
    assert.match(
      splitResult(text).block,
      /^ds-\w{12} \| Chat \| Slack \| in Harbour \| synced; last synced /m,
    );
    assert.match(splitResult(text).block, /^ds-\w{12} \| Wiki \| Confluence \| in Harbour \| /m);
    assert.equal(requests(), before);
  });

  it('list only the Datasources with the given words, type, Workspace and status', async () => {
    for (const [input, count] of [
      [{ text: 'chat' }, 1],
      [{ type: 'confluence' }, 1],
      [{ workspace: 'harbour' }, 2],
      [{ workspace: 'quay' }, 0],
      [{ status: 'synced' }, 2],
      [{ status: 'attention' }, 0],
      [{ limit: 1 }, 1],
      [{ offset: 1 }, 1],
    ] as const)
      assert.equal((await world.ids('onna_list_datasources', input)).length, count, JSON.stringify(input));
  });

  it('return the runs, the reason for a failure, and the exceptions by kind', async () => {
    await rename(wiki.origin, `${wiki.origin}-away`);
    await fixture.caller.call(`${wiki.path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    await rename(`${wiki.origin}-away`, wiki.origin);
    await world.known.poll();
    assert.deepEqual(
      await world.ids('onna_list_datasources', { status: 'attention' }).then(({ length }) => length),
      1,
    );
    const before = requests();
    const { block } = splitResult((await world.call('onna_get_datasource', { datasource: 'Wiki' })).text);
    assert.match(block, /^status: failed; .*reason: The origin folder does not exist/m);
    assert.match(block, /^1 × \S.*$/m);
    assert.match(block, /^runs:\n.*failed; added /m);
    assert.equal(requests() - before, 3);
  });

  it('return log entries, by default only errors', async () => {
    const errors = await world.call('onna_get_log', { datasource: 'Wiki', log: 'processing' });
    assert.match(splitResult(errors.text).block, /broken\.pdf/);
    assert.doesNotMatch(splitResult(errors.text).block, /contract\.md/);
    const all = await world.call('onna_get_log', { datasource: 'Wiki', errorsOnly: false, limit: 1 });
    assert.match(all.text, /For older entries, call again with cursor log-/);
    const none = await world.call('onna_get_log', { datasource: 'Chat' });
    assert.match(none.text, /^The collection log has no errors\./);
  });

  it('return the entries of a log in pages without gaps', async () => {
    await fixture.datasource(numberedFiles(30), { title: 'Files', type: 'gdrive', id: 'files' });
    await world.known.poll();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = {
        datasource: 'Files',
        errorsOnly: false,
        limit: 7,
        ...(cursor !== undefined && { cursor }),
      };
      const { text } = await world.call('onna_get_log', input);
      const rows = splitResult(text)
        .block.split('\n')
        .filter((row) => row.includes(' | '));
      assert.ok(rows.length > 0 && rows.length <= 7, text);
      seen.push(...rows.map((row) => row.split(' | ')[3] ?? ''));
      cursor = /call again with cursor (\S+)\.$/m.exec(text)?.[1];
    } while (cursor !== undefined);
    assert.deepEqual(seen.toSorted(), Object.keys(numberedFiles(30)).toSorted());
    const unknown = await world.call('onna_get_log', { datasource: 'Files', cursor: 'log-000000000000' });
    assert.match(unknown.text, /^This cursor is unknown\./);
  });

  it('search with the query language, and read the text of a hit', async () => {
    const found = await world.call('onna_search', { query: 'demurrage type:md', datasource: 'Wiki' });
    const { block } = splitResult(found.text);
    assert.match(
      block,
      /^hit-\w{12} \| contract\.md \| Wiki \(ds-\w{12}\) \| md \| .* \| onna:\S+ \| .*demurrage/m,
    );
    const [hit = ''] = await world.ids('onna_search', { query: 'demurrage' });
    const read = await world.call('onna_read_resource', { resource: hit });
    assert.match(splitResult(read.text).block, /^The charterer pays demurrage after the lay days\./);
    assert.match(read.text, /This is the end of the text\.$/);
  });

  it('read a long text in parts that together are the whole text', async () => {
    const lines = Array.from(
      { length: 3_000 },
      (_, index) => `Line ${index} about the tides 🌊 and the ebb.`,
    );
    const text = `${lines.join('\n')}\n${'x'.repeat(2_500)}`;
    await fixture.datasource({ 'long.txt': text }, { title: 'Long', type: 'gdrive', id: 'long' });
    await world.known.poll();
    const [hit = ''] = await world.ids('onna_search', { query: 'tides', datasource: 'Long' });
    let offset: number | undefined = 0;
    let whole = '';
    let calls = 0;
    const before = requests();
    while (offset !== undefined) {
      const result = await world.call('onna_read_resource', { resource: hit, offset });
      calls += 1;
      const next: string | undefined = /Call again with offset (\d+)\.$/m.exec(result.text)?.[1];
      const { block } = splitResult(result.text);
      whole += next === undefined ? block : `${block}\n`;
      offset = next === undefined ? undefined : Number(next);
    }
    assert.ok(calls > 2, `${calls} calls`);
    // Long lines come in pieces of 1,000 characters, each on a line of its own.
    assert.equal(whole.replaceAll(/(x{1000})\n/g, '$1'), text);
    assert.ok(requests() - before <= 2, 'only the first part sends requests');
  });

  it('read only Resources that a search in this session has returned', async () => {
    const before = requests();
    for (const resource of [
      'hit-000000000000',
      wiki.path,
      `${fixture.sandbox.baseUrl}/api`,
      '../../secret',
      '',
    ]) {
      const { text, isError } = await world.call('onna_read_resource', { resource });
      assert.equal(isError, true);
      assert.match(text, /^No search of this session returned this id\./);
    }
    const [hit = ''] = await world.ids('onna_search', { query: 'demurrage' });
    const other = await AssistantWorld.open(fixture);
    try {
      assert.match(
        (await other.call('onna_read_resource', { resource: hit })).text,
        /^No search of this session/,
      );
    } finally {
      await other.close();
    }
    world.known.store.close(world.known.id);
    world.assistant.forgetSignedOut();
    assert.match(
      (await world.call('onna_read_resource', { resource: hit })).text,
      /^No search of this session/,
    );
    assert.ok(requests() > before);
  });

  it('list the candidates if a title is not unique', async () => {
    await fixture.datasource({}, { title: 'Wiki', type: 'dropbox', id: 'wiki-2' });
    await world.known.poll();
    const { text, isError } = await world.call('onna_get_datasource', { datasource: 'wiki' });
    assert.equal(isError, true);
    assert.match(text, /^2 Datasources have this title\./);
    const ids = [...text.matchAll(/^(ds-\w{12}) \|/gm)].map(([, id]) => id);
    assert.equal(new Set(ids).size, 2);
    for (const datasource of ids)
      assert.equal((await world.call('onna_get_datasource', { datasource })).isError, false);
  });

  it('explain an invalid input and an invalid query, without a request', async () => {
    const before = requests();
    const wrong = await world.call('onna_search', { query: 7, url: 'https://evil.example' });
    assert.match(wrong.text, /^The input of onna_search is not valid\./);
    const query = await world.call('onna_search', { query: 'after:someday in:Nowhere' });
    assert.match(query.text, /^The query can’t be used\./);
    assert.match(splitResult(query.text).block, /badDate: .*someday[\s\S]*unknownDatasource: .*Nowhere/);
    assert.match(
      (await world.call('onna_get_datasource', { datasource: 'Nowhere' })).text,
      /^No Datasource has this/,
    );
    assert.equal(requests(), before);
    assert.deepEqual(
      world.records.map(({ outcome }) => outcome),
      ['refused', 'refused', 'refused'],
    );
  });

  it('show rows, pages and hits without a request to the service', async () => {
    const [hit] = await world.ids('onna_search', { query: 'demurrage' });
    const before = requests();
    await world.call('onna_show', { what: 'row', datasource: 'Wiki' });
    await world.call('onna_show', { what: 'details', datasource: 'Wiki' });
    await world.call('onna_show', { what: 'search' });
    await world.call('onna_show', { what: 'row', resource: hit });
    assert.deepEqual(
      world.shown.map(({ what }) => what),
      ['row', 'details', 'search', 'resource'],
    );
    assert.equal((await world.call('onna_show', { what: 'details' })).isError, true);
    assert.equal(requests(), before);
  });

  it('send no action if actions are turned off or if the user declines', async () => {
    const before = requests();
    for (const tool of ['onna_sync', 'onna_reprocess'] as const) {
      const off = await world.call(tool, { datasource: 'Wiki' });
      assert.match(off.text, /^The user has not allowed actions\./);
    }
    assert.deepEqual(world.questions, []);
    world.mayAct = true;
    world.answer = () => false;
    for (const tool of ['onna_sync', 'onna_reprocess'] as const) {
      const declined = await world.call(tool, { datasource: 'Wiki' });
      assert.match(declined.text, /^The user declined\./);
    }
    assert.deepEqual(world.questions, ['onna_sync', 'onna_reprocess']);
    // The setting is turned off while the question is open.
    world.answer = () => {
      world.mayAct = false;
      return true;
    };
    assert.match(
      (await world.call('onna_sync', { datasource: 'Wiki' })).text,
      /^The user has not allowed actions\./,
    );
    assert.equal(requests(), before);
  });

  it('sync and reprocess after the user confirms', async () => {
    world.mayAct = true;
    await writeFile(path.join(wiki.origin, 'broken.pdf'), 'Still not a PDF.');
    assert.match(
      (await world.call('onna_sync', { datasource: 'Wiki' })).text,
      /^The service accepted the request to sync\./,
    );
    await fixture.sandbox.settled();
    await world.known.poll();
    const again = await world.call('onna_reprocess', { datasource: 'Wiki' });
    assert.match(again.text, /^The service accepted the request to process/);
    const sent = fixture.sandbox.requests().map(({ path: requested }) => requested);
    assert.equal(sent.filter((requested) => requested.includes('@sendToSpyder')).length, 1);
    assert.equal(sent.filter((requested) => requested.includes('@sendUnprocessedToCompute')).length, 1);
  });

  it('record the sizes and the outcome of each call, but no text', async () => {
    await world.call('onna_search', { query: 'demurrage' });
    const [record] = world.records;
    assert.ok(record && record.outputLength > 100 && record.inputLength === '{"query":"demurrage"}'.length);
    assert.doesNotMatch(JSON.stringify(world.records), /demurrage|contract|charterer/);
  });

  it('stay within the token budget, and report the number of omitted rows', async () => {
    for (let number = 0; number < 30; number++)
      fixture.sandbox.addDatasource({
        parent: '/workspaces/harbour',
        title: `Datasource with a rather long title ${number}`,
        type: 'slack',
      });
    await world.known.poll();
    const budget = { tokens: 400, count: (text: string) => Math.ceil(text.length / 4) };
    const { text } = await world.call('onna_list_datasources', {}, budget);
    assert.ok(budget.count(text) <= 400, String(budget.count(text)));
    assert.match(text, /\d+ more rows are left out/);
    assert.match(text, /For more, call again with offset \d+\.$/);
  });

  it('answer the question “what broke, and why?” with three calls', async () => {
    await rename(wiki.origin, `${wiki.origin}-away`);
    await fixture.caller.call(`${wiki.path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    await rename(`${wiki.origin}-away`, wiki.origin);
    await world.known.poll();
    const [id] = await world.ids('onna_list_datasources', { status: 'attention' });
    const details = await world.call('onna_get_datasource', { datasource: id });
    const log = await world.call('onna_get_log', { datasource: id, log: 'processing' });
    assert.match(details.text, /The origin folder does not exist/);
    assert.match(log.text, /broken\.pdf/);
    const bytes = world.records.reduce((sum, { outputLength }) => sum + outputLength, 0);
    assert.equal(world.records.length, 3);
    assert.ok(bytes < 6_000, `${bytes} characters`);
  });
});
