import assert from 'node:assert/strict';
import { isGeneratedId, isReadableName } from '../../../src/onna/readableName.ts';

describe('The classification of path segments', () => {
  it('treats a segment as a generated id only if the segment can be neither a word nor a date', () => {
    for (const id of [
      'c4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5',
      '5BE10F7C2A9D4C60A1F3E8D27B64C910',
      '00000000000000000000000003145728',
      '0c2f9a41-8e7b-4d35-b6d0-a9e1f4c8273d',
      'c4d|0c2f9a418e7b4d35b6d0a9e1f4c8273d',
      'e3b0c442',
    ])
      assert.ok(isGeneratedId(id), id);
    for (const id of [
      '2024',
      'cafe',
      'cafebabe',
      '20240506',
      'a',
      'beef',
      '2024-05-06',
      'deadbeef',
      'facade',
    ])
      assert.ok(!isGeneratedId(id), id);
  });

  it('treats a segment as a readable name unless it is a generated id or has lost characters', () => {
    for (const name of [
      ...['page 3.html', 'p12.txt', 'ours-0-000.txt', '0000007-Northern-Petrel.txt', 'README', 'договор.md'],
      ...['2024.txt', 'IMG_2041.jpg', 'Makefile', 'report (final).pdf', 'e3b0c442-notes.txt', '.gitignore'],
    ])
      assert.ok(isReadableName(name), name);
    for (const name of [
      ...['txt', 'md', 'file', 'Uber-die-Gro-e.txt', '-ber.txt', 'caf-.txt', 'a--b.txt', '123456'],
      ...['legal-Qx3vTz', 'file-x9Qa0b.txt', 'c4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5.pdf'],
      'c4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5',
    ])
      assert.ok(!isReadableName(name), name);
  });
});
