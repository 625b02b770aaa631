import type { Findings } from '../../src/model/history/findings.ts';

/** Knows neither the reason for a failure nor the number of exceptions of any Datasource. */
export const noFindings: Pick<Findings, 'get' | 'onDidChange'> = {
  get: () => ({ reason: undefined, exceptions: undefined }),
  onDidChange: () => ({ dispose: () => undefined }),
};
