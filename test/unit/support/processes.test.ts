import assert from 'node:assert/strict';
import { spawnable } from '../../support/processes.ts';

describe('spawnable', () => {
  it('runs a batch file on Windows through cmd.exe, with each word in quotes', () => {
    const code = String.raw`C:\Program Files\Microsoft VS Code\bin\code.cmd`;
    assert.deepEqual(spawnable(code, ['--wait', String.raw`C:\Users\Ines & Co\plans`], 'win32'), {
      command: 'cmd.exe',
      args: ['/d', '/s', '/c', String.raw`""${code}" "--wait" "C:\Users\Ines & Co\plans""`],
      isVerbatim: true,
    });
  });

  it('refuses words for a batch file that cmd.exe would change', () => {
    for (const word of ['50 %PATH%', 'a"b', 'two\nlines'])
      assert.throws(() => spawnable('code.cmd', [word], 'win32'), /cannot receive/);
  });

  it('runs programs directly, and everything on other systems', () => {
    const same = { args: ['a "b"'], isVerbatim: false };
    assert.deepEqual(spawnable('node.exe', ['a "b"'], 'win32'), { command: 'node.exe', ...same });
    assert.deepEqual(spawnable('./code.cmd', ['a "b"'], 'linux'), { command: './code.cmd', ...same });
  });
});
