import assert from 'node:assert/strict';
import { stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fixture } from '../support/fixture.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

const everything = { advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] } };
const metadata = 'onna.canonical.behaviors.metadata.IMetadata';

describe('A sandbox with a bad file, row or clock', () => {
  const fixture = new Fixture();
  let dataFolder = '';
  const logged: string[] = [];
  beforeEach(async () => {
    logged.length = 0;
    dataFolder = await fixture.folders.make();
    await fixture.start({ dataFolder, log: (line) => logged.push(line) });
  });
  afterEach(() => fixture.stop());

  /** Runs `sql` on the database while the sandbox is closed, to simulate old data or a broken disk. */
  async function spoil(sql: string): Promise<void> {
    await fixture.sandbox.close();
    const database = new DatabaseSync(path.join(dataFolder, 'sandbox.sqlite'));
    database.exec(sql);
    database.close();
    logged.length = 0;
    await fixture.start({ dataFolder, log: (line) => logged.push(line) });
    await fixture.sandbox.settled();
  }

  async function metadataOf(child: string): Promise<Record<string, unknown>> {
    return (await fixture.caller.node(child))[metadata] as Record<string, unknown>;
  }

  it('lists and processes a file with a date far in the past or future, and all other files', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'far.txt': 'far', 'near.txt': 'near' });
    const { path: other } = await fixture.datasource({ 'b.txt': 'b' }, { id: 'other', type: 'gdrive' });
    for (const seconds of [Date.UTC(2300, 0, 1) / 1000, Date.UTC(1600, 0, 1) / 1000, -0.5, 2 ** 40]) {
      await utimes(path.join(origin, 'far.txt'), seconds, seconds);
      await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
      await fixture.sandbox.settled();
      assert.equal((await fixture.caller.search('', everything)).items_count, 3);
      const [far = '', near = ''] = await fixture.caller.children(wiki);
      const shown = await metadataOf(far);
      // Some file systems cannot store this date, so the test compares with the date that was actually stored.
      const { mtimeMs } = await stat(path.join(origin, 'far.txt'));
      const expected = Math.min(mtimeMs, Date.UTC(9999, 11, 31, 23, 59, 59));
      assert.equal(Date.parse(String(shown['date_modified'])), Math.floor(expected));
      assert.notEqual(shown['processing_date'], null);
      assert.equal((await metadataOf(near))['processing_exception'], null);
    }
    assert.deepEqual(await fixture.caller.names(other), ['b.txt']);
    assert.deepEqual(
      logged.filter((line) => /processing (?:stopped|will be retried)/.test(line)),
      [],
    );
  });

  it('reads, lists, finds and processes a row that an older version wrote with a date above 2^53 µs', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    await spoil(`UPDATE resources SET state = 'queued';
      UPDATE resources SET origin_modified = 10413792000000000 WHERE title = 'a.txt';
      UPDATE resources SET origin_modified = 9223372036854775807, size = 9007199254740993 WHERE title = 'b.txt';`);
    assert.equal((await fixture.caller.search('', everything)).items_count, 3);
    const children = await fixture.caller.children(wiki);
    const dates = await Promise.all(
      children.map(async (child) => (await metadataOf(child))['date_modified']),
    );
    assert.deepEqual(dates.slice(0, 2), [
      '2300-01-01T00:00:00.000000+00:00',
      '9999-12-31T23:59:59.000000+00:00',
    ]);
    const all = await fixture.caller.json<{ items: unknown[] }>(`${wiki}/@getAllChildrenData`);
    assert.equal(all.items.length, 3);
    const sort = { field: 'date_modified', direction: 'desc' };
    const { member } = await fixture.caller.search('', { ...everything, sort, includes: ['title'] });
    assert.deepEqual(
      member.map((hit) => hit['title']),
      ['b.txt', 'a.txt', 'c.txt'],
    );
    assert.equal((await fixture.caller.call(wiki, { method: 'DELETE' })).status, 200);
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.search('', everything)).items_count, 0);
  });

  it('records an exception for a file whose text cannot be stored, and processes the rest of the queue', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.txt': 'a', 'bad.txt': 'bad', 'c.txt': 'c' });
    await spoil(`UPDATE resources SET state = 'queued'; DELETE FROM documents; DELETE FROM document_fields;
      CREATE TRIGGER bad BEFORE INSERT ON documents WHEN new.title = 'bad.txt'
        BEGIN SELECT RAISE(ABORT, 'this row is bad'); END;`);
    const { member } = await fixture.caller.search('', { ...everything, includes: ['title'] });
    assert.deepEqual(member.map((hit) => hit['title']).sort(), ['a.txt', 'c.txt']);
    const { text } = await fixture.caller.call(`${wiki}/@downloadUnprocessedCsv`);
    assert.match(text, /bad\.txt.*Has Error/);
    assert.deepEqual(
      logged.filter((line) => line.includes('bad.txt')),
      ['bad.txt: could not be processed (this row is bad)'],
    );
    // Files that are added later are processed as usual.
    await fixture.datasource({ 'd.txt': 'd' }, { id: 'later', type: 'gdrive' });
    assert.equal((await fixture.caller.search('', everything)).items_count, 3);
  });

  it('deletes all other rows when one row cannot be deleted', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.txt': 'a', 'bad.txt': 'bad', 'c.txt': 'c' });
    const { path: other } = await fixture.datasource({ 'd.txt': 'd' }, { id: 'other', type: 'gdrive' });
    await spoil(`CREATE TRIGGER bad BEFORE DELETE ON resources WHEN old.title = 'bad.txt'
        BEGIN SELECT RAISE(ABORT, 'this row is bad'); END;`);
    for (const gone of [wiki, other]) await fixture.caller.call(gone, { method: 'DELETE' });
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.search('', everything)).items_count, 0);
    await fixture.sandbox.close();
    const database = new DatabaseSync(path.join(dataFolder, 'sandbox.sqlite'));
    const left = database
      .prepare('SELECT title FROM resources')
      .all()
      .map(({ title }) => title);
    database.close();
    assert.deepEqual(left, ['bad.txt']);
    await fixture.start({ dataFolder });
  });

  it('syncs and searches normally when the system clock is wrong by centuries', async () => {
    for (const date of ['2300-01-01T00:00:00Z', '9999-12-31T00:00:00Z', '1600-01-01T00:00:00Z']) {
      fixture.clock = new FakeClock(Date.parse(date));
      await fixture.restart({});
      const { path: wiki } = await fixture.datasource({ 'a.txt': 'a' });
      assert.equal(await fixture.caller.status(wiki), 'synced');
      assert.equal((await fixture.caller.search('', everything)).items_count, 1);
    }
  });
});

describe('The validation of requests', () => {
  const fixture = new Fixture();
  let wiki = '';
  beforeEach(async () => {
    await fixture.start();
    ({ path: wiki } = await fixture.datasource({ 'a.txt': 'a' }));
  });
  afterEach(() => fixture.stop());

  const odd = [
    '-1',
    '0',
    '1.5',
    'abc',
    '',
    '1e300',
    '-1e300',
    'NaN',
    'Infinity',
    '9007199254740993',
    '9'.repeat(400),
  ];

  it('accepts any number or rejects it with a clear message, and never returns a 500', async () => {
    const [child = ''] = await fixture.caller.children(wiki);
    const paths = odd.flatMap((number) => [
      ...['@getAllChildren?page_size=', '@getAllChildrenData?page_size=', '@getAuditLogDS?limit='].map(
        (view) => `${wiki}/${view}${number}`,
      ),
      ...['@search?_size=', '@search?_from=', '@search?date_modified__gte=', '@search?content_length='].map(
        (view) => `/${view}${number}`,
      ),
      ...['@data?since=', '@data?cursor=', '@activityLog?size='].map((view) => `/${view}${number}`),
      ...['epoch_from', 'epoch_to', 'cursor'].map((name) => `/@activityLog?${name}=${number}`),
      `/@data?cursor=${Buffer.from(number).toString('base64url')}`,
    ]);
    const bodies = [...odd, ...odd.map(Number), null, [], {}, true].flatMap((number) => [
      ...['size', 'from', 'search_after', 'cursor', 'terms'].map(
        (name) => ['/@frontsearch', { [name]: number }] as const,
      ),
      ['/@frontsearch', { advanced: { and: [{ '>': [{ var: 'date_modified' }, number] }] } }] as const,
      [
        '/@frontsearch',
        { facets: [{ facetType: 'date_modified', facetSelected: [{ from: number }] }] },
      ] as const,
      ...['size', 'from', 'sort'].map((name) => ['/@auditLog', { [name]: number }] as const),
      ...['since', 'types', 'parent_uids'].map((name) => ['/@data', { [name]: number }] as const),
    ]);
    const answers = [
      ...(await Promise.all(paths.map((at) => fixture.caller.call(at)))),
      ...(await Promise.all(bodies.map(([at, body]) => fixture.caller.post(at, body)))),
      ...(await Promise.all(
        odd.map((number) =>
          fixture.caller.call(`${child}/@download/file`, { headers: { range: `bytes=${number}-${number}` } }),
        ),
      )),
    ];
    for (const { status, text } of answers) {
      assert.ok([200, 206, 412, 416].includes(status), `${status} ${text}`);
      // The default messages of the validation library reveal internal types and the received value.
      assert.doesNotMatch(text, /Invalid (?:type|value|integer|length|format)|received|undefined/i);
    }
  });
});
