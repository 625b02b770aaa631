import assert from 'node:assert/strict';
import { isFatalCode } from '../../../../src/model/resources/datasourceDownload.ts';

describe('isFatalCode', () => {
  it('stops a download if the disk is full or cannot be written, on every system', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      for (const code of ['ENOSPC', 'EROFS', 'EIO']) assert.ok(isFatalCode(code, platform));
  });

  it('continues on Windows if a file cannot be replaced, because another program may have it open', () => {
    assert.deepEqual(
      ['EPERM', 'EACCES'].map((code) => [isFatalCode(code, 'linux'), isFatalCode(code, 'win32')]),
      [
        [true, false],
        [true, false],
      ],
    );
  });
});
