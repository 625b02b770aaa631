import { middleCut } from '../base/middleCut.ts';
import { OriginUnreadable } from './origin.ts';

/** Codes of errors that are permanent. After any other error, the next attempt may succeed. */
const lastingCodes = new Set(['EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG']);

/** The entries that one walk through an origin could not read. */
export class UnreadableEntries {
  #count = 0;
  #kept = 0;
  #mayPass = false;
  #first = '';

  /** @param kept Number of Resources at or below the entry. */
  add(key: string, code: string, kept: number): void {
    this.#count++;
    this.#kept += kept;
    if (!lastingCodes.has(code)) this.#mayPass = true;
    if (this.#first === '') this.#first = `/${middleCut(key)} (${code})`;
  }

  /** @throws OriginUnreadable if Resources are affected, or if the next attempt may succeed */
  throwIfUnsure(): void {
    if (this.#kept > 0) {
      throw new OriginUnreadable(
        `${this.#couldNotBeRead}. ${this.#kept} of the Resources may still be there, so nothing was removed. Make the entries readable, or move them out of the origin.`,
      );
    }
    if (this.#mayPass) throw new OriginUnreadable(`${this.#couldNotBeRead}. Nothing was removed.`);
  }

  /**
   * Warning for a run that could not read some entries but collected all others. Undefined if the run could
   * read all entries.
   */
  get warning(): string | undefined {
    return this.#count === 0
      ? undefined
      : `${this.#couldNotBeRead}. Everything else was collected. The collection log names all of them.`;
  }

  get #couldNotBeRead(): string {
    return this.#count === 1
      ? `An entry of the origin could not be read: ${this.#first}`
      : `${this.#count} entries of the origin could not be read, such as ${this.#first}`;
  }
}
