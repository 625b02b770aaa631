import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as esbuild from 'esbuild';
import { repository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import type { BenchExtension } from './benchExtensions.ts';
import type { ProbeAnswer, ProbeMethods, ProbeQuestion } from './probe/protocol.ts';

/** Maximum start time of an extension host on a busy machine, in ms. */
const patienceMs = 120_000;

/** The probe as an installable extension. It starts before all extensions that wait for an event. */
export async function probeExtension(): Promise<BenchExtension> {
  const built = await esbuild.build({
    absWorkingDir: repository,
    entryPoints: ['test/bench/probe/extension.ts'],
    ...{ bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node22' },
    external: ['vscode'],
    logLevel: 'warning',
  });
  const views = { static: 'Static', flat: 'Flat' };
  return {
    name: 'probe',
    code: built.outputFiles[0]?.text ?? '',
    manifest: {
      activationEvents: ['*'],
      contributes: {
        viewsContainers: {
          activitybar: Object.entries(views).map(([id, name]) => ({
            ...{ id: `onna-bench-${id}`, title: `Bench ${name}`, icon: '$(beaker)' },
          })),
        },
        views: Object.fromEntries(
          Object.entries(views).map(([id, name]) => [`onna-bench-${id}`, [{ id: `onna-bench.${id}`, name }]]),
        ),
        commands: ['none', 'other'].map((name) => ({
          ...{ command: `onna-bench.${name}`, title: `Bench ${name}`, icon: '$(beaker)' },
        })),
        menus: {
          // Rows of Resources have one button, rows of Datasources two.
          'view/item/context': [
            { command: 'onna-bench.none', when: 'viewItem == file', group: 'inline@1' },
            { command: 'onna-bench.none', when: 'viewItem == datasource', group: 'inline@1' },
            { command: 'onna-bench.other', when: 'viewItem == datasource', group: 'inline@2' },
          ],
        },
      },
    },
  };
}

/** The server that the probes of windows connect to. Requests go to the last one that connected. */
export class ProbeServer {
  readonly #server: Server;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #socket: Socket | undefined;
  #questions = 0;

  constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @returns the listening port */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits until the probe of a window has connected. */
  async connected(): Promise<void> {
    await until('the probe has connected', () => this.#socket !== undefined, patienceMs);
  }

  /** Sends a request to the probe. @throws with the probe's error message if it failed there */
  async ask<Method extends keyof ProbeMethods>(
    method: Method,
    ...args: Parameters<ProbeMethods[Method]>
  ): Promise<Awaited<ReturnType<ProbeMethods[Method]>>> {
    const socket = this.#socket;
    if (!socket) throw new Error('No probe has connected.');
    const question: ProbeQuestion = { id: this.#questions++, method, args };
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(question.id, waiting);
    socket.write(`${JSON.stringify(question)}\n`);
    return (await waiting.promise) as Awaited<ReturnType<ProbeMethods[Method]>>;
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error('The extension host ended.'));
      this.#waiting.clear();
    });
    createInterface(socket).on('line', (line) => {
      const told = JSON.parse(line) as ProbeAnswer;
      const waiting = this.#waiting.get(told.id);
      this.#waiting.delete(told.id);
      if ('error' in told) waiting?.reject(new Error(told.error));
      else waiting?.resolve(told.value);
    });
  }
}
