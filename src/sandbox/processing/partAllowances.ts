import type { PartBudget } from '../extraction/extract.ts';
import type { ExtractionLimits } from '../extraction/limits.ts';
import type { ResourceParts } from '../store/resourceParts.ts';
import type { StoredResource } from '../store/storedResource.ts';

/** The remaining parts and bytes of one collected file. All readings of its parts share them. */
interface Shared {
  parts: number;
  bytes: number;
  /** Number of readings that share these values. */
  readings: number;
}

/** The limit for the parts that one reading finds. */
export class PartAllowance {
  readonly #shared: Shared;
  readonly #release: () => void;
  #isExceeded = false;

  constructor(shared: Shared, release: () => void) {
    this.#shared = shared;
    this.#release = release;
  }

  /** The remaining parts and bytes. Other readings can use them, too. */
  get left(): PartBudget {
    return { parts: Math.max(0, this.#shared.parts), bytes: Math.max(0, this.#shared.bytes) };
  }

  /** Whether a part was refused. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Counts a part. @returns False if there may be no such part. */
  take(bytes: number): boolean {
    const shared = this.#shared;
    this.#isExceeded ||= shared.parts < 1 || shared.bytes < bytes;
    if (this.#isExceeded) return false;
    shared.parts--;
    shared.bytes -= bytes;
    return true;
  }

  /** Call it when the parts of the reading are stored. */
  release(): void {
    this.#release();
  }
}

/**
 * Limits the parts of each collected file at all depths. Workers read inner archives of one file at the same time, so
 * the remaining parts are counted here, one by one.
 */
export class PartAllowances {
  readonly #parts: ResourceParts;
  readonly #limits: ExtractionLimits;
  readonly #shared = new Map<number, Shared>();

  constructor(parts: ResourceParts, limits: ExtractionLimits) {
    this.#parts = parts;
    this.#limits = limits;
  }

  /** Begins a reading. Parts that an earlier reading of this file found don't count: this reading replaces them. */
  begin(resource: StoredResource): PartAllowance {
    const above = this.#parts.above(resource);
    if (above.length >= this.#limits.depth)
      return new PartAllowance({ parts: 0, bytes: 0, readings: 1 }, () => undefined);
    const rootId = above.at(-1)?.id ?? resource.id;
    const shared = this.#shared.get(rootId) ?? this.#unused(rootId);
    const own = this.#parts.tally(resource.id);
    shared.parts += own.count;
    shared.bytes += own.bytes;
    shared.readings++;
    this.#shared.set(rootId, shared);
    return new PartAllowance(shared, () => {
      shared.readings--;
      if (shared.readings === 0) this.#shared.delete(rootId);
    });
  }

  /** The limits minus the stored parts of a collected file. */
  #unused(rootId: number): Shared {
    const { count, bytes } = this.#parts.tally(rootId);
    return { parts: this.#limits.parts - count, bytes: this.#limits.expandedBytes - bytes, readings: 0 };
  }
}
