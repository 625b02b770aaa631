import Mocha from 'mocha';
import { LayerReporter } from './layerReporter.ts';

/** Options of {@link runMocha}. */
export interface MochaOptions {
  /** Timeout of each test and each hook, in ms. */
  readonly timeoutMs: number;
  /** A pattern for the full titles of the tests to run. Default: `ONNA_TEST_GREP`. */
  readonly grep?: string;
  /** Called after each test with the full title of the test. */
  readonly afterEach?: (title: string) => Promise<void>;
}

function rootHooks(afterEach: (title: string) => Promise<void>): Mocha.RootHookObject {
  return {
    afterEach: function (this: Mocha.Context) {
      return afterEach(this.currentTest?.fullTitle() ?? '');
    },
  };
}

/**
 * Runs test files in this process and returns the number of failures. If `CI` is set, a test with `.only` fails,
 * because it would skip all other tests.
 */
export async function runMocha(files: readonly string[], options: MochaOptions): Promise<number> {
  const grep = options.grep ?? process.env['ONNA_TEST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: LayerReporter,
    timeout: options.timeoutMs,
    color: false,
    forbidOnly: process.env['CI'] !== undefined,
    ...(grep !== undefined && grep !== '' && { grep }),
    ...(options.afterEach && { rootHooks: rootHooks(options.afterEach) }),
  });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  return new Promise((resolve) => mocha.run(resolve));
}
