import type { ExceptionMarks } from '../../src/model/resources/exceptionMarks.ts';

/** A double without data: no Resource has an exception. */
export const noMarks: Pick<ExceptionMarks, 'get' | 'shown' | 'onDidChange'> = {
  get: () => undefined,
  shown: () => undefined,
  onDidChange: () => ({ dispose: () => undefined }),
};
