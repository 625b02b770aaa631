import type { Findings } from '../../src/model/history/findings.ts';

/** Findings without a reason or an exception count for any Datasource. */
export const noFindings: Pick<Findings, 'get' | 'onDidChange'> = {
  get: () => ({ reason: undefined, exceptions: undefined }),
  onDidChange: () => ({ dispose: () => undefined }),
};
