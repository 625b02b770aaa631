import { globSync } from 'node:fs';
import path from 'node:path';
import { print } from '../support/layerReporter.ts';
import { runMocha } from '../support/runMocha.ts';

/**
 * Called by VS Code in its extension host. Runs the bundled files of tests beside this one.
 * @throws when a test fails, which makes VS Code end with code 1
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const only = process.env['ONNA_TEST_FILES']?.split(path.delimiter) ?? [];
  const files = globSync('**/*.test.cjs', { cwd: import.meta.dirname })
    .filter((file) => only.length === 0 || only.includes(file))
    .sort()
    .map((file) => path.join(import.meta.dirname, file));
  const failures = await runMocha(files, { timeoutMs: 30_000 }).catch((error: unknown) => {
    print(error instanceof Error ? error.stack : String(error));
    throw error;
  });
  if (failures > 0) throw new Error(`${failures} host tests failed.`);
}
