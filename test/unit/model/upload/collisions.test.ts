import assert from 'node:assert/strict';
import { collidingFiles, planFiles, type CollisionChoice } from '../../../../src/model/upload/collisions.ts';
import { fileAt } from '../../../../src/model/upload/localFile.ts';
import { folderIdOf } from '../../../../src/model/upload/uploadFolders.ts';

const stats = { size: 1, mtimeMs: 0 };
const stored = [
  { path: '/ds/x/a.txt', name: 'a.txt', folder: '', md5: undefined },
  { path: '/ds/in/a.txt', name: 'a.txt', folder: 'in', md5: undefined },
];

describe('planFiles', () => {
  const files = [
    fileAt('/one/a.txt', [], stats),
    fileAt('/one/b.txt', [], stats),
    fileAt('/in/a.txt', ['in'], stats),
  ];
  function planned(choice: CollisionChoice): readonly string[] {
    return planFiles(files, stored, choice).map(
      ({ file, name, replaces }) => `${[...file.folder, name].join('/')} ${replaces ?? 'new'}`,
    );
  }

  it('replaces, numbers or skips files whose names already exist', () => {
    assert.deepEqual(
      collidingFiles(files, stored).map(({ path }) => path),
      ['/one/a.txt', '/in/a.txt'],
    );
    assert.deepEqual(planned('replace'), ['a.txt /ds/x/a.txt', 'b.txt new', 'in/a.txt /ds/in/a.txt']);
    assert.deepEqual(planned('keepBoth'), ['a (2).txt new', 'b.txt new', 'in/a (2).txt new']);
    assert.deepEqual(planned('skip'), ['b.txt new']);
  });

  it('numbers equal names in one upload, but not names that differ only in case', () => {
    const same = [
      fileAt('/one/b.txt', [], stats),
      fileAt('/two/b.txt', [], stats),
      fileAt('/two/B.txt', [], stats),
    ];
    const names = planFiles(same, [], 'replace').map(({ name }) => name);
    assert.deepEqual(names, ['b.txt', 'b (2).txt', 'B.txt']);
  });

  it('limits a numbered name to 255 bytes', () => {
    const long = `${'ü'.repeat(125)}.text`;
    const [, second] = planFiles(
      [fileAt(`/1/${long}`, [], stats), fileAt(`/2/${long}`, [], stats)],
      [],
      'skip',
    );
    assert.match(second?.name ?? '', /^ü+ \(2\)\.text$/);
    assert.ok(Buffer.byteLength(second?.name ?? '') <= 255);
  });
});

describe('The id of a folder', () => {
  it('is the folder’s name if the name is a valid id, and otherwise a stable id of letters, digits and hyphens', () => {
    assert.equal(folderIdOf('Tides 2026 (old)'), 'Tides 2026 (old)');
    for (const name of ['Flut & Höhe', '..', '_x', '@x', 'a'.repeat(300), '潮', 'end ']) {
      const id = folderIdOf(name);
      assert.match(id, /^[0-9A-Za-z][0-9A-Za-z-]{0,70}$/);
      assert.equal(id, folderIdOf(name));
    }
    assert.notEqual(folderIdOf('潮'), folderIdOf('汐'));
  });
});
