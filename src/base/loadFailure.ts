/**
 * Thrown after a failed load of the extension's code has been reported to the user. The message is in the user's
 * language.
 */
export class LoadFailure extends Error {
  override readonly name = 'LoadFailure';
}
