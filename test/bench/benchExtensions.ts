import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** An extension that belongs to the benchmark. */
export interface BenchExtension {
  readonly name: string;
  /** Manifest fields in addition to name, publisher, version, engine and entry point. */
  readonly manifest: object;
  /** The entry file's source, in CommonJS. */
  readonly code: string;
}

/** The publisher of all these extensions. */
export const benchPublisher = 'onna-bench';

/** An extension that does nothing and activates when ours does: the minimum cost of activation. */
export function doNothing(name: string): BenchExtension {
  return {
    name,
    manifest: { activationEvents: ['onStartupFinished'] },
    code: "'use strict';\nexports.activate = function () {};\n",
  };
}

/** Writes extensions into a folder of installed extensions. */
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
