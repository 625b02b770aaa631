import assert from 'node:assert/strict';
import type { AssistantDeps } from '../../../../src/model/assistant/assistantDeps.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { injections } from '../../../support/injections.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { AssistantWorld, splitResult } from './assistantWorld.ts';

const all = [...hostileStrings, ...injections];
/** Is part of each text from the service, to find such text outside a block. */
const marker = 'strangerswrotethis';

/** A file name with the text. Logs contain file names. */
function fileName(text: string, index: number): string {
  const name = text.slice(0, 50).toWellFormed().replaceAll(/[/\0]/g, '∕');
  return `${index} ${name} ${marker}.md`;
}

const invisible =
  // eslint-disable-next-line no-control-regex -- finds characters that must not be in a result
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|(?!\u200c|\u200d)\p{Cf}|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/u;

/** The texts are long, so the results must be allowed to be long, too. */
const budget = { tokens: 400_000, count: (text: string) => text.length / 4 };

describe('The results of the assistant’s tools with hostile content', () => {
  const fixture = new Fixture();
  let world: AssistantWorld;
  let results: string[];
  const logs: string[] = [];
  const errors: string[] = [];

  before(async function () {
    this.timeout(120_000);
    await fixture.start();
    const files = Object.fromEntries(
      all.map(({ text }, index) => [
        fileName(text, index),
        `needle${index} ${text} ${marker}`.slice(0, 100_000),
      ]),
    );
    await fixture.datasource(files, { title: 'Files', type: 'gdrive', id: 'files' });
    for (const { text } of all)
      fixture.sandbox.addDatasource({
        parent: '/workspaces/harbour',
        title: `${text.slice(0, 4_000)} ${marker}`,
        type: 'slack',
      });
    const findings: AssistantDeps['findings'] = {
      get: (_, { title }) => ({ reason: `${title} ${marker}`, exceptions: 1 }),
    };
    world = await AssistantWorld.open(fixture, findings);
    results = [];
    const call = async (...[name, input]: Parameters<AssistantWorld['call']>): Promise<string> => {
      const { text } = await world.call(name, input, budget);
      results.push(text);
      return text;
    };
    for (let offset = 0; offset < all.length; offset += 50) await call('onna_list_datasources', { offset });
    for (const [index] of all.entries()) {
      const [, hit] = /^(hit-\w{12}) \|/m.exec(await call('onna_search', { query: `needle${index}` })) ?? [];
      if (hit !== undefined) await call('onna_read_resource', { resource: hit });
    }
    for (const { id } of world.known.store.get(world.known.id)?.datasources.values() ?? [])
      await call('onna_get_datasource', { datasource: id });
    for (const { text } of all) {
      await call('onna_get_datasource', { datasource: `${text} ${marker}` });
      await call('onna_search', { query: `"${text} ${marker}` });
      await call('onna_read_resource', { resource: `${text} ${marker}` });
      await call('onna_search', { [`${text} ${marker}`]: `${text} ${marker}` });
    }
    for (const log of ['collection', 'processing', 'audit'] as const)
      logs.push(await call('onna_get_log', { datasource: 'Files', log, errorsOnly: false }));
    for (const { text } of all) {
      const message = `${text} ${marker}`;
      world.failure = new OnnaError({ kind: 'invalid', status: 412, message, fields: [] });
      errors.push(await call('onna_search', { query: 'needle' }));
      errors.push(await call('onna_get_datasource', { datasource: 'Files' }));
    }
    world.failure = undefined;
  });
  after(async () => {
    await world.close();
    await fixture.stop();
  });

  it('contain every hostile text', () => {
    assert.ok(injections.length >= 40 && hostileStrings.length >= 51);
    assert.ok(results.length > 5 * all.length, `${results.length} results`);
    const found = new Set(results.flatMap((text) => text.match(/needle\d+/g) ?? []));
    const missing = all.filter((_, index) => !found.has(`needle${index}`)).map(({ name }) => name);
    assert.deepEqual(missing, []);
    for (const [index] of all.entries())
      assert.ok(
        logs.some((log) => log.includes(` | ${index} `)),
        `the logs contain file ${index}`,
      );
    assert.ok(errors.every((error) => error.includes(marker)));
  });

  it('contain all text from the service in one block with a random tag', () => {
    const tags = new Set<string>();
    for (const result of results) {
      const { block, outside } = splitResult(result);
      assert.ok(!outside.includes(marker), outside.slice(0, 500));
      assert.doesNotMatch(block, /<\s*\/?\s*onna-data/i);
      const [, tag = ''] = /^<(onna-data-\w{16})>$/m.exec(result) ?? [];
      if (tag !== '') assert.ok(!tags.has(tag), 'each tag is used once');
      tags.add(tag);
    }
    assert.ok(tags.size > all.length);
  });

  it('contain no invisible characters, no Markdown image and no forged row', () => {
    for (const result of results) {
      assert.doesNotMatch(result, invisible);
      assert.ok(!result.includes('!['), result.slice(0, 500));
    }
    const rows = results
      .filter((text) => text.includes('Columns: id, title, type'))
      .flatMap((text) => splitResult(text).block.split('\n'));
    assert.equal(rows.filter((row) => row.startsWith('ds-000000000000')).length, 0);
    for (const row of rows) assert.match(row, /^ds-\w{12} \| [^|]* \| Slack|Drive|gdrive/);
  });

  it('cause no action, and contain no secret', () => {
    assert.deepEqual(world.questions, []);
    const sent = fixture.sandbox.requests().filter(({ path }) => /@sendTo|@sendUnprocessed/.test(path));
    assert.deepEqual(sent, []);
    const secrets = [fixture.sandbox.password, world.account.token];
    for (const result of results)
      assert.deepEqual(
        secrets.filter((secret) => result.includes(secret)),
        [],
      );
  });
});
