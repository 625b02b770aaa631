/** Thrown for a value that a field does not accept. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}
