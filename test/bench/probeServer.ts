import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as esbuild from 'esbuild';
import { repository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import type { BenchExtension } from './benchExtensions.ts';
import type { ProbeAnswer, ProbeMethods, ProbeQuestion } from './probe/protocol.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly icon?: unknown }[];
    readonly menus: {
      readonly 'view/item/context': readonly { command: string; when: string; group: string }[];
    };
  };
}

/** The condition that selects our view, in a `when` clause. */
const ourView = /view == onna\.datasources|view =~ \/\^onna\\\.\(datasources[^/]*\//;

/** Maximum time until an extension host has started on a busy machine, in ms. */
const patienceMs = 120_000;

/** Maximum time until the probe answers, in ms. Without a limit, a benchmark that waits in vain would never end. */
const answerMs = 300_000;

/**
 * Builds the probe as an extension. VS Code starts the probe before all extensions that wait for an
 * activation event.
 */
export async function probeExtension(): Promise<BenchExtension> {
  const built = await esbuild.build({
    absWorkingDir: repository,
    entryPoints: ['test/bench/probe/extension.ts'],
    ...{ bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node22' },
    external: ['vscode'],
    logLevel: 'warning',
  });
  const views = { static: 'Static', flat: 'Flat' };
  const { contributes } = JSON.parse(
    await readFile(path.join(repository, 'package.json'), 'utf8'),
  ) as Manifest;
  // The comparison tree has the buttons of our tree.
  const inline = contributes.menus['view/item/context'].filter(
    ({ when, group }) => group.startsWith('inline') && ourView.test(when),
  );
  const commandOf = ({ command }: { command: string }): object => ({
    title: 'Bench',
    icon: contributes.commands.find((one) => one.command === command)?.icon,
  });
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
        commands: [
          { command: 'onna-bench.none', title: 'Bench' },
          ...inline.map((item, index) => ({ ...commandOf(item), command: `onna-bench.inline${index}` })),
        ],
        menus: {
          'view/item/context': inline.map(({ when, group }, index) => ({
            ...{
              command: `onna-bench.inline${index}`,
              when: when.replace(ourView, 'view == onna-bench.static'),
            },
            group,
          })),
        },
        // Our view also has text until its first row.
        viewsWelcome: [{ view: 'onna-bench.static', contents: 'No rows.\n[Bench](command:onna-bench.none)' }],
      },
    },
  };
}

/** The server to which the probe connects. After a window reload, calls go to the new probe. */
export class ProbeServer {
  readonly #server: Server;
  #probe: ConnectedProbe | undefined;

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
    await until('the probe has connected', () => this.#probe !== undefined, patienceMs);
  }

  /** Runs `reload`, which reloads the window, and waits until the probe of the new extension host has connected. */
  async reconnected<T>(reload: () => Promise<T>): Promise<T> {
    // The old extension host can answer for a while.
    const before = this.#probe;
    const result = await reload();
    await until(
      'the probe has connected again',
      () => this.#probe !== undefined && this.#probe !== before,
      patienceMs,
    );
    return result;
  }

  /** Calls a method of the probe. @throws Error with the message of the probe if the method throws */
  async ask<Method extends keyof ProbeMethods>(
    method: Method,
    ...args: Parameters<ProbeMethods[Method]>
  ): Promise<Awaited<ReturnType<ProbeMethods[Method]>>> {
    if (!this.#probe) throw new Error('No probe has connected.');
    return (await this.#probe.ask(method, args)) as Awaited<ReturnType<ProbeMethods[Method]>>;
  }

  close(): void {
    this.#probe?.close();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    const probe = new ConnectedProbe(socket);
    this.#probe = probe;
    socket.on('close', () => {
      if (this.#probe === probe) this.#probe = undefined;
    });
  }
}

/** The connection to the probe of one extension host. */
class ConnectedProbe {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #questions = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
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

  /** @throws an error if the method throws, if the extension host exits before it answers, or if it does not answer */
  async ask(method: keyof ProbeMethods, args: readonly unknown[]): Promise<unknown> {
    const question: ProbeQuestion = { id: this.#questions++, method, args };
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(question.id, waiting);
    const timer = setTimeout(
      () => waiting.reject(new Error(`The probe did not answer “${method}” in ${answerMs / 1_000} s.`)),
      answerMs,
    );
    this.#socket.write(`${JSON.stringify(question)}\n`);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
