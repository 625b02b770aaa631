import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { logLine } from '../../../../src/sandbox/server/logLine.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { Fixture } from '../support/fixture.ts';

describe('A line of the sandbox’s log', () => {
  for (const { name, text } of hostileStrings)
    it(`contains no line breaks, escape codes or bidirectional control characters, given ${name}`, () => {
      const line = logLine(`not collected: ${text} (why)`);
      assert.ok(line.length <= 4_000 && line.isWellFormed());
      assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
    });

  it('cannot be forged by a file name that contains a line break', async function () {
    if (process.platform === 'win32') this.skip();
    const fixture = new Fixture();
    const lines: string[] = [];
    await fixture.start({ log: (line) => lines.push(line) });
    try {
      const origin = await fixture.folders.make({ 'a.md': 'words' });
      const outside = await fixture.folders.make({ 'secret.md': 'secret' });
      await symlink(outside, path.join(origin, 'x\n\u001b[31mforged: all is well'));
      await mkdir(path.join(origin, '__proto__'));
      await writeFile(path.join(origin, '__proto__', 'constructor'), 'words');
      const { path: parent } = fixture.sandbox.addWorkspace('Harbour');
      fixture.sandbox.addDatasource({ parent, title: 'Wiki', type: 'confluence', origin });
      await fixture.sandbox.settled();
      const forged = lines.filter((line) => line.includes('forged'));
      assert.equal(forged.length, 1);
      assert.match(forged[0] ?? '', /^not collected: x \ufffd\[31mforged: all is well/);
    } finally {
      await fixture.stop();
    }
  });
});
