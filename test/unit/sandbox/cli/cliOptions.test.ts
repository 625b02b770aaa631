import assert from 'node:assert/strict';
import path from 'node:path';
import { UsageError, parseCommandLine, parseOrigin } from '../../../../src/sandbox/cli/cliOptions.ts';

describe('The command line of the sandbox', () => {
  it('is parsed so that the folder of an origin may contain colons', () => {
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

  it('may give a folder Datasource no sync type other than `one`', () => {
    assert.throws(() => parseOrigin('/notes:static:auto'), UsageError);
  });

  it('can name an environment variable for the password, which must be set', () => {
    assert.equal(parseCommandLine(['--password-env', 'PW'], { PW: 'quiet' }).password, 'quiet');
    assert.throws(() => parseCommandLine(['--password-env', 'PW'], {}), /PW is not set/);
  });

  it('is rejected if a flag is unknown or a number is invalid', () => {
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

  it('has a default for every option', () => {
    const options = parseCommandLine([], {});
    assert.deepEqual(
      [options.port, options.samples, options.json, options.data, options.origins, options.timeScale],
      [0, false, false, undefined, [], 1],
    );
  });
});
