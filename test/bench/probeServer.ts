import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as esbuild from 'esbuild';
import { repository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import type { BenchExtension } from './benchExtensions.ts';
import type { ProbeAnswer, ProbeMethods, ProbeQuestion } from './probe/protocol.ts';

/** Maximum time until an extension host has started on a busy machine, in ms. */
const patienceMs = 120_000;

/** Builds the probe as an extension. It starts before all extensions that wait for an activation event. */
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
          // In our extension, rows of Resources have one button and rows of Datasources have two.
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

/** A server for connections from the probe. After a reload of the window, calls go to the new probe. */
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

  /** Waits until a probe has connected. */
  async connected(): Promise<void> {
    await until('the probe has connected', () => this.#socket !== undefined, patienceMs);
  }

  /** Calls a method of the probe. @throws Error with the message of the probe if the method throws */
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
      for (const { reject } of this.#waiting.values()) reject(new Error('The extension host has exited.'));
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
