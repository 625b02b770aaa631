import { isTimeZone, ownTimeZone, type Zone } from '../../shared/timeZone.ts';
import { Emitter, Owner, type Event } from '../../base/event.ts';

/** The sources of a {@link PersonalZone}. */
interface PersonalZoneDeps {
  /** The time zone that the user set; undefined if the zone must be detected. */
  chosen(): string | undefined;
  /** Whether this process runs on the user's own machine. */
  readonly isLocal: boolean;
  /** The zone that a web page last reported, in this or an earlier window. Not validated. */
  remembered(): unknown;
  remember(timeZone: string): void;
}

/**
 * The user's time zone, for everything that reads or shows a date. In a remote or browser window, this process runs on
 * another machine, and VS Code has no API for the user's zone. Only a web page, which runs on the user's machine, can
 * detect the zone.
 */
export class PersonalZone extends Owner {
  readonly #deps: PersonalZoneDeps;
  readonly #changes = this.register(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#changes.event;
  #reported: string | undefined;

  constructor(deps: PersonalZoneDeps) {
    super();
    this.#deps = deps;
  }

  get current(): Zone {
    const chosen = this.#deps.chosen();
    if (chosen !== undefined) return { timeZone: chosen, isReaders: true };
    if (this.#deps.isLocal) return { timeZone: ownTimeZone(), isReaders: true };
    const reported = this.#lastReported();
    return typeof reported === 'string' && isTimeZone(reported)
      ? { timeZone: reported, isReaders: true }
      : { timeZone: ownTimeZone(), isReaders: false };
  }

  /** Accepts the zone that a web page reports, if it is valid and this process is remote. */
  report(timeZone: string): void {
    if (this.#deps.isLocal || !isTimeZone(timeZone) || this.#lastReported() === timeZone) return;
    this.#reported = timeZone;
    this.#deps.remember(timeZone);
    this.#changes.fire();
  }

  /** Call when the user's choice may have changed. */
  update(): void {
    this.#changes.fire();
  }

  #lastReported(): unknown {
    return this.#reported ?? this.#deps.remembered();
  }
}
