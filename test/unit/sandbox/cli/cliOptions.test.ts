import assert from 'node:assert/strict';
import path from 'node:path';
import { UsageError, parseCommandLine, parseOrigin } from '../../../../src/sandbox/cli/cliOptions.ts';

describe('The command-line parser of the sandbox', () => {
  it('parses an origin, even if the folder path contains colons or equals signs', () => {
    const folder = path.resolve('/notes');
    const cases: [string, [string, string, string, string]][] = [
      ['/notes', ['notes', folder, 'StaticDatasource', 'one']],
      ['My notes=/notes', ['My notes', folder, 'StaticDatasource', 'one']],
      ['/notes:confluence', ['notes', folder, 'ConfluenceDatasource', 'auto']],
      ['N=/notes:slack:arch', ['N', folder, 'SlackDatasource', 'arch']],
      ['N=/notes:auto', ['N', folder, 'DropboxDatasource', 'auto']],
      ['/a:b/c', ['c', path.resolve('/a:b/c'), 'StaticDatasource', 'one']],
      ['/a=b', ['a=b', path.resolve('/a=b'), 'StaticDatasource', 'one']],
    ];
    for (const [text, [name, origin, type, sync]] of cases) {
      assert.deepEqual([text, parseOrigin(text)], [text, { name, folder: origin, type, sync }]);
    }
  });

  it('reads Windows paths, whose drive has a colon', () => {
    const of = (text: string): unknown[] => {
      const { name, folder, type, sync } = parseOrigin(text, path.win32);
      return [name, folder, type, sync];
    };
    const folder = String.raw`D:\plans\2026`;
    assert.deepEqual(of(folder), ['2026', folder, 'StaticDatasource', 'one']);
    assert.deepEqual(of(`Plans=${folder}:dropbox:auto`), ['Plans', folder, 'DropboxDatasource', 'auto']);
    assert.deepEqual(of('D:/plans/2026:arch'), ['2026', folder, 'DropboxDatasource', 'arch']);
    assert.deepEqual(of('D:\\'), ['D:\\', 'D:\\', 'StaticDatasource', 'one']);
  });

  it('rejects any sync type except `one` for a folder Datasource', () => {
    assert.throws(() => parseOrigin('/notes:static:auto'), UsageError);
  });

  it('reads the password from an environment variable, and fails if the variable is not set', () => {
    assert.equal(parseCommandLine(['--password-env', 'PW'], { PW: 'quiet' }).password, 'quiet');
    assert.throws(() => parseCommandLine(['--password-env', 'PW'], {}), /PW is not set/);
  });

  it('rejects unknown flags, invalid numbers and stray arguments', () => {
    for (const args of [
      ['--nonsense'],
      ['--port', '70000'],
      ['--port', ''],
      ['--time-scale', '0'],
      ['--time-scale', 'fast'],
      ['stray'],
    ]) {
      assert.throws(() => parseCommandLine(args, {}), UsageError, args.join(' '));
    }
  });

  it('uses a default for every option that is not given', () => {
    const options = parseCommandLine([], {});
    assert.deepEqual(
      [options.port, options.samples, options.json, options.data, options.origins, options.timeScale],
      [0, false, false, undefined, [], 1],
    );
  });
});
