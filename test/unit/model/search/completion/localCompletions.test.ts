import assert from 'node:assert/strict';
import { completionPlace } from '../../../../../src/model/search/completion/completionPlace.ts';
import {
  localCompletions,
  suggestedWords,
  type KnownNames,
} from '../../../../../src/model/search/completion/localCompletions.ts';
import { compileQuery } from '../../../../../src/model/search/query/compile.ts';
import { calendarIn } from '../../../../../src/shared/calendar.ts';
import { queryFields } from '../../../../../src/shared/searchCompletion.ts';
import { hostileStrings } from '../../../../support/hostileStrings.ts';

const known: KnownNames = {
  datasources: [
    { uid: 'uid-wiki', title: 'Harbour wiki' },
    { uid: 'uid-old', title: 'Old harbour' },
    { uid: 'uid-notes', title: 'Notes' },
    { uid: 'uid-other', title: 'notes' },
  ],
  types: ['dwg', 'pdf'],
  exceptions: ['Odd Error'],
  serviceFields: ['title', 'title.keyword', 'bad name', 'to_mail'],
  year: 2021,
};

/** The inserted texts at the end of a query. */
function texts(query: string, names = known, isExplicit = false): string[] {
  const place = completionPlace(query, query.length);
  return place ? localCompletions(place, names, isExplicit).map(({ text }) => text) : [];
}

describe('Completions that need no request', () => {
  it('are the fields of the query language and, after two letters, also the fields of the service', () => {
    assert.deepEqual(texts('t'), ['type:', 'title:', 'text:']);
    assert.deepEqual(texts('TI'), ['title:', 'title.keyword:']);
    assert.deepEqual(texts('ba'), []);
    assert.deepEqual(texts(''), []);
    assert.deepEqual(
      texts('', known, true),
      queryFields.map((name) => `${name}:`),
    );
  });

  it('are file types, starting with those of the hits', () => {
    assert.deepEqual(texts('type:').slice(0, 3), ['dwg', 'pdf', 'docx']);
    assert.deepEqual(texts('type:pdf,d'), ['dwg', 'docx', 'DropboxDatasource']);
  });

  it('are titles of Datasources, in quotation marks if needed, and each title once', () => {
    assert.deepEqual(texts('in:har'), ['"Harbour wiki"', '"Old harbour"']);
    assert.deepEqual(texts('in:n'), ['Notes']);
    assert.deepEqual(texts('in:"n'), ['"Notes"']);
    assert.deepEqual(texts('in:'), ['"Harbour wiki"', '"Old harbour"', 'Notes']);
  });

  it('are exceptions and dates', () => {
    assert.deepEqual(texts('exception:o'), ['"Odd Error"']);
    assert.deepEqual(texts('exception:"enc'), ['"Encrypted Document"']);
    assert.deepEqual(texts('after:20'), ['2021', '2020', '2019', '2018']);
    assert.deepEqual(texts('before:t'), ['today']);
    assert.deepEqual(texts('unknown:x'), []);
  });

  it('make the query find the chosen Datasource, whatever its title is', () => {
    for (const [index, { name, text: title }] of hostileStrings.entries()) {
      const datasources = [{ uid: `uid-${index}`, title }];
      const [completion] = localCompletions(
        { kind: 'value', field: 'in', prefix: '', isQuoted: false, start: 3, end: 3 },
        { ...known, datasources },
      );
      // A title without visible characters is not offered.
      if (completion === undefined) continue;
      const compiled = compileQuery(`in:${completion.text}`, { datasources, calendar: calendarIn('UTC', 0) });
      assert.ok(compiled.kind === 'terms', name);
      assert.deepEqual(compiled.terms.at(-1), { in: [{ var: 'parent_datasource.uuid' }, [`uid-${index}`]] });
      assert.ok(completion.label.length <= 101, name);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(completion.label, /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/, name);
    }
  });

  it('exclude suggestions of the service that are too long or contain invisible characters', () => {
    const words = ['tide', 'ti', 'ebb tide', 'x\u202ey', 'a\nb', 'W'.repeat(200)];
    assert.deepEqual(
      suggestedWords(words, 'TI').map(({ text }) => text),
      ['tide', '"ebb tide"'],
    );
  });
});
