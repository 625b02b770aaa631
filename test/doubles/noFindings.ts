import type { Findings } from '../../src/model/history/findings.ts';

/** A double without data: no failure reason and no exception count for any Datasource. */
export const noFindings: Pick<Findings, 'get' | 'onDidChange'> = {
  get: () => ({ reason: undefined, exceptions: undefined }),
  onDidChange: () => ({ dispose: () => undefined }),
};
