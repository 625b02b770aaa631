import type { ExceptionMarks } from '../../src/model/resources/exceptionMarks.ts';

/** No Resource is known to have an exception. */
export const noMarks: Pick<ExceptionMarks, 'get' | 'shown' | 'onDidChange'> = {
  get: () => undefined,
  shown: () => undefined,
  onDidChange: () => ({ dispose: () => undefined }),
};
