import { ReadingFailure } from './extraction.ts';

/** Refuses a file that can have text, such as a 7z archive, but that no reader can open. @throws ReadingFailure */
export function refuseUnsupported(): never {
  throw new ReadingFailure('Unsupported Format');
}
