import { isTimeZone, ownTimeZone } from '../../shared/timeZone.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { Event } from '../../base/event.ts';

/** What a {@link PersonalZone} is found out from. */
export interface PersonalZoneParts {
  /** The zone that the user set; undefined when it is to be found out. */
  chosen(): string | undefined;
  /** Whether this process runs on the machine that the user sits at. */
  readonly isLocal: boolean;
  /** What a web page of this user told last, in this or an earlier window. */
  remembered(): unknown;
  remember(timeZone: string): void;
}

/**
 * The user's time zone, for everything that reads or shows a date. In a remote or browser window this process runs
 * elsewhere, and VS Code has no API for the user's zone: only a web page, which runs at the user's, can tell it.
 */
export class PersonalZone extends Owner {
  readonly #parts: PersonalZoneParts;
  readonly #changes = this.register(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#changes.event;
  #toldHere: string | undefined;

  constructor(parts: PersonalZoneParts) {
    super();
    this.#parts = parts;
  }

  get current(): Zone {
    const chosen = this.#parts.chosen();
    if (chosen !== undefined) return { timeZone: chosen, isReaders: true };
    if (this.#parts.isLocal) return { timeZone: ownTimeZone(), isReaders: true };
    const told = this.#told();
    return typeof told === 'string' && isTimeZone(told)
      ? { timeZone: told, isReaders: true }
      : { timeZone: ownTimeZone(), isReaders: false };
  }

  /** Takes the zone that a web page runs in, if it is one. */
  told(timeZone: string): void {
    if (this.#parts.isLocal || !isTimeZone(timeZone) || this.#told() === timeZone) return;
    this.#toldHere = timeZone;
    this.#parts.remember(timeZone);
    this.#changes.fire();
  }

  /** Call when the user's choice may have changed. */
  update(): void {
    this.#changes.fire();
  }

  #told(): unknown {
    return this.#toldHere ?? this.#parts.remembered();
  }
}
