import assert from 'node:assert/strict';
import path from 'node:path';
import { FolderNames } from '../../../../src/model/resources/folderNames.ts';

describe('FolderNames', () => {
  it('keeps the folders of the source application', () => {
    const names = new FolderNames();
    assert.equal(names.add('/docs/2026', 'plan.md'), path.join('docs', '2026', 'plan.md'));
    assert.equal(names.add('docs', 'notes.md'), path.join('docs', 'notes.md'));
    assert.equal(names.add(undefined, 'top.md'), 'top.md');
  });

  it('makes paths that Windows accepts', () => {
    const names = new FolderNames([], path.win32);
    const hostile = [
      ['C:/Users', 'CON'],
      ['..\\..', 'plan.md. '],
      ['aux', 'nul.txt'],
      ['docs', '\\\\server\\share'],
      ['docs', 'a:stream'],
    ] as const;
    assert.deepEqual(
      hostile.map(([folder, name]) => names.add(folder, name)),
      [
        String.raw`C_\Users\_CON`,
        String.raw`__\plan.md`,
        String.raw`_aux\_nul.txt`,
        String.raw`docs\__server_share`,
        String.raw`docs\a_stream`,
      ],
    );
  });

  it('adds numbers to names that differ only in letter case, separately in each folder', () => {
    const names = new FolderNames();
    assert.deepEqual(
      [names.add('a', 'Plan.md'), names.add('a', 'plan.md'), names.add('b', 'PLAN.md')],
      [path.join('a', 'Plan.md'), path.join('a', 'plan (2).md'), path.join('b', 'PLAN.md')],
    );
  });

  it('adds a number to a folder if a file or another folder already has its name', () => {
    const names = new FolderNames(['report.csv']);
    assert.equal(names.add(undefined, 'docs'), 'docs');
    assert.equal(names.add('docs', 'a.md'), path.join('docs (2)', 'a.md'));
    assert.equal(names.add('docs', 'b.md'), path.join('docs (2)', 'b.md'));
    assert.equal(names.add('DOCS', 'c.md'), path.join('DOCS (3)', 'c.md'));
    assert.equal(names.add(undefined, 'report.csv'), 'report (2).csv');
  });

  it('returns only paths inside the target folder, and replaces names and characters that Windows forbids', () => {
    const names = new FolderNames();
    for (const folder of ['../..', '/../etc', 'a/../../b', 'con/aux', 'x:y', 'deep/'.repeat(500)])
      for (const name of ['..', '../../passwd', 'nul.txt', 'a\u0000b', '/'])
        assert.ok(
          names
            .add(folder, name)
            .split(path.sep)
            .every(
              (part) =>
                part !== '..' && part !== '.' && part !== '' && !/[<>:"|?*\0]|^(con|aux|nul)\b/i.test(part),
            ),
        );
  });
});
