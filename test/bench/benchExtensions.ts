import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** An extension that the benchmarks install next to ours. */
export interface BenchExtension {
  readonly name: string;
  /** Fields of the manifest other than name, publisher, version, engine and entry point. */
  readonly manifest: object;
  /** The source of the entry file, as CommonJS. */
  readonly code: string;
}

/** The publisher of all benchmark extensions. */
export const benchPublisher = 'onna-bench';

/** Returns an extension with an empty `activate`, as a baseline. It activates on the same event as our extension. */
export function doNothing(name: string): BenchExtension {
  return {
    name,
    manifest: { activationEvents: ['onStartupFinished'] },
    code: "'use strict';\nexports.activate = function () {};\n",
  };
}

/** Installs extensions by writing their files to a folder of installed extensions. */
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
