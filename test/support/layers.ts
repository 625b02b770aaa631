import { globSync } from 'node:fs';
import path from 'node:path';
import { repository } from './repository.ts';

/**
 * The layers of `npm test`. The ui layer is the longest. It runs from the start of the list beside the others, which run
 * from the end.
 */
export const layers = ['ui', 'host', 'soak', 'faults', 'fuzz', 'unit', 'check'] as const;
export type Layer = (typeof layers)[number];

/** The layer of a test file: `unit` for `test/unit/model/poller.test.ts`. */
export function layerOf(file: string): string | undefined {
  return path.relative(path.join(repository, 'test'), path.resolve(file)).split(path.sep)[0];
}

/** The test files of a layer, relative to the repository. */
export function testFiles(layer: string): string[] {
  return globSync(`test/${layer}/**/*.test.ts`, { cwd: repository }).sort();
}

/** A layer, or files of one, that run in their own process. */
export interface Job {
  readonly layer: Layer;
  /** The test files to run. Empty: all files of the layer. */
  readonly files: readonly string[];
}
