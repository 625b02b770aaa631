import Mocha from 'mocha';
import { LayerReporter } from './layerReporter.ts';

/** Options for running a layer's tests. */
export interface MochaOptions {
  /** Timeout of each test or hook, in ms. */
  readonly timeoutMs: number;
  /** Runs only tests whose full title matches. Default: `ONNA_TEST_GREP`. */
  readonly grep?: string;
  /** Called after each test with its full title. */
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
 * Runs these test files in this process, and returns the number of failures. If `CI` is set, `.only` fails,
 * because it would hide the other tests.
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
