import type { Findings } from '../../src/model/history/findings.ts';

/** Nothing was found out about any Datasource. */
export const noFindings: Pick<Findings, 'get' | 'onDidChange'> = {
  get: () => ({ reason: undefined, exceptions: undefined }),
  onDidChange: () => ({ dispose: () => undefined }),
};
