import { globSync } from 'node:fs';
import path from 'node:path';
import { repository } from './repository.ts';

/**
 * The layers of `npm test`. The ui layer takes the longest and starts first. The other layers run in reverse order, in
 * parallel with the ui layer.
 */
export const layers = ['ui', 'host', 'soak', 'faults', 'fuzz', 'unit', 'check'] as const;
export type Layer = (typeof layers)[number];

/** Returns the layer of a test file, such as `unit` for `test/unit/model/poller.test.ts`. */
export function layerOf(file: string): string | undefined {
  return path.relative(path.join(repository, 'test'), path.resolve(file)).split(path.sep)[0];
}

/** Returns the paths of a layer's test files, relative to the repository. */
export function testFiles(layer: string): string[] {
  return globSync(`test/${layer}/**/*.test.ts`, { cwd: repository }).sort();
}

/** A layer, or test files of a layer, to run in a separate process. */
export interface Job {
  readonly layer: Layer;
  /** The test files to run. An empty list means all files of the layer. */
  readonly files: readonly string[];
}
