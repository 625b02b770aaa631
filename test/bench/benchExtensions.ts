import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** An extension of the benchmark's own. */
export interface BenchExtension {
  readonly name: string;
  /** Beside name, publisher, version, engine and entry. */
  readonly manifest: object;
  /** The entry's CommonJS. */
  readonly code: string;
}

/** The publisher of all of them. */
export const benchPublisher = 'onna-bench';

/** An extension that does nothing, activated when ours is: what activation costs at the least. */
export function doNothing(name: string): BenchExtension {
  return {
    name,
    manifest: { activationEvents: ['onStartupFinished'] },
    code: "'use strict';\nexports.activate = function () {};\n",
  };
}

/** Puts extensions into a folder of installed ones. */
export async function installBenchExtensions(
  extensionsFolder: string,
  extensions: readonly BenchExtension[],
): Promise<void> {
  for (const { name, manifest, code } of extensions) {
    const home = path.join(extensionsFolder, `${benchPublisher}.${name}-1.0.0`);
    await mkdir(home, { recursive: true });
    await writeFile(path.join(home, 'extension.cjs'), code);
    const whole = {
      ...{ name, publisher: benchPublisher, version: '1.0.0', main: './extension.cjs' },
      ...{ engines: { vscode: '^1.105.0' }, ...manifest },
    };
    await writeFile(path.join(home, 'package.json'), JSON.stringify(whole));
  }
}
