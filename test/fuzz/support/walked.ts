import assert from 'node:assert/strict';
import { Caller } from '../../../src/onna/caller.ts';
import { ChildrenWalk } from '../../../src/onna/childrenWalk.ts';
import { OnnaClient } from '../../../src/onna/client.ts';
import { isOnnaError } from '../../../src/onna/errors.ts';
import { address } from './bodies.ts';
import { ChildrenService } from './childrenService.ts';
import type { Habits } from './childrenService.ts';
import { MemoryTransport, clockWithoutPauses } from './memoryTransport.ts';
import type { MemoryAnswer } from './memoryTransport.ts';

/** Maximum number of consecutive failures to load a page. */
const timeouts = 4;

/** A {@link ChildrenWalk} through a service with a given paging behavior, and the rows loaded so far. */
export class Walked {
  readonly clock = clockWithoutPauses();
  readonly service: ChildrenService;
  readonly walk: ChildrenWalk;
  readonly paths: string[] = [];
  readonly titles = new Map<string, string | undefined>();
  /** Called before a request reaches the service (`going`) and before the response reaches the client (`coming`). */
  onRequest: (moment: 'going' | 'coming') => void = () => undefined;

  /** Changes a response before the client receives it. */
  onAnswer: (answer: MemoryAnswer) => MemoryAnswer = (answer) => answer;

  constructor(of: Habits, pageSize: number) {
    this.service = new ChildrenService(of, () => this.clock.now());
    const transport = new MemoryTransport((request) => {
      this.onRequest('going');
      if (request.signal?.aborted) return { status: 200, body: '' };
      const answer = this.onAnswer(this.service.answer(request));
      this.onRequest('coming');
      return answer;
    });
    const caller = new Caller({ transport, clock: this.clock, log: () => undefined });
    const client = new OnnaClient(address, caller);
    const { parent } = this.service;
    const count = (): number | undefined => this.service.count;
    this.walk = new ChildrenWalk(() => Promise.resolve(client), this.clock, parent, pageSize, count);
  }

  async step(signal?: AbortSignal): Promise<void> {
    const { added, titles } = await this.walk.next(signal);
    for (const [path, title] of titles) this.titles.set(path, title);
    for (const { path, title } of added) {
      this.paths.push(path);
      this.titles.set(path, title);
    }
  }

  /** Loads the remaining pages. @param restsMs the pause before each page, in ms */
  async toTheEnd(restsMs: readonly number[]): Promise<void> {
    let failures = 0;
    for (let index = 0; !this.walk.done; index++) {
      this.clock.jump(restsMs[index] ?? 0);
      try {
        await this.step();
        failures = 0;
      } catch (error) {
        if (!isOnnaError(error) || ++failures > timeouts) throw error;
      }
    }
  }

  /**
   * Asserts that the client has returned each row that existed during all requests, no row twice, and no
   * unknown row.
   */
  isComplete(): void {
    const { service, paths } = this;
    assert.equal(new Set(paths).size, paths.length, 'the client returned a row twice');
    const came = new Set(paths);
    const missing = [...service.throughout].map((row) => service.path(row)).filter((path) => !came.has(path));
    assert.deepEqual(missing, [], 'the client lost rows');
    const known = new Set([...service.ever].map((row) => service.path(row)));
    assert.deepEqual(
      paths.filter((path) => !known.has(path)),
      [],
    );
  }
}
