import { shownValue } from '../http/jsonSchema.ts';

/** Thrown for a value that a field does not accept. */
export class BadValue extends Error {
  override readonly name: string = 'BadValue';
}

/** Thrown for a value of the wrong type. The error in the answer shows the value (docs/onna-api.md §18). */
export class WrongType extends BadValue {
  override readonly name = 'WrongType';
  readonly details: string;

  constructor(message: string, value: unknown) {
    super(message);
    this.details = shownValue(value);
  }
}
