import Mocha from 'mocha';
import { LayerReporter } from './layerReporter.ts';

/** How to run a layer's tests. */
export interface MochaOptions {
  /** The longest that one test or hook may take, in ms. */
  readonly timeoutMs: number;
  /** Only tests whose full title matches; `ONNA_TEST_GREP` if left out. */
  readonly grep?: string;
  /** Called when a test has ended, with its whole title. */
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
 * Runs these files of tests, all of them in this process, and gives the number of failures. A test marked
 * `.only` fails where `CI` is set: it would hide the others.
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
