import { bodyFaults } from './bodyFaults.ts';
import { runCell } from './cell.ts';
import type { CellResult, Way } from './cell.ts';
import type { Fault } from './fault.ts';
import { FaultServer } from './faultServer.ts';
import { operations } from './operations.ts';
import type { Operation } from './operation.ts';
import { pageFaults } from './pageFaults.ts';
import { statusFaults } from './statusFaults.ts';

/** One operation while one thing goes wrong. */
export interface Cell {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly way: Way;
  /** What it has come to, or the promise that it broke. */
  readonly outcome: CellResult | { readonly broken: string };
}

/** All cells, run. */
export interface FaultMatrix {
  readonly cells: readonly Cell[];
  /** Rejections that nobody handled. */
  readonly rejections: readonly unknown[];
  /** Requests that went where none may go. */
  readonly strayRequests: readonly string[];
}

/** The rows of the table. */
export const faults: readonly Fault[] = [...statusFaults, ...bodyFaults, ...pageFaults];

/** So many cells run at once: more than the machine has cores, for they wait for sockets. */
const atOnce = 12;

/** Runs every operation with every fault that it can meet, against real sockets. Takes half a minute. */
export async function runFaultMatrix(): Promise<FaultMatrix> {
  const rejections: unknown[] = [];
  const reject = (reason: unknown): void => void rejections.push(reason);
  const server = await FaultServer.start();
  process.on('unhandledRejection', reject);
  try {
    const planned = planCells();
    const cells: Cell[] = [];
    const queue = planned.entries();
    const worker = async (): Promise<void> => {
      for (const [index, cell] of queue)
        cells[index] = { ...cell, outcome: await outcomeOf(server, index, cell) };
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return { cells, rejections, strayRequests: server.strayRequests };
  } finally {
    process.off('unhandledRejection', reject);
    await server.stop();
  }
}

function planCells(): readonly Omit<Cell, 'outcome'>[] {
  return operations.flatMap((operation) =>
    faults
      .filter((fault) => fault.needsPages !== true || operation.paged === true)
      .flatMap((fault) => {
        const ways: Way[] = fault.onTheWire === true ? ['undici', 'fetch'] : ['undici'];
        return ways.map((way) => ({ operation, fault, way }));
      }),
  );
}

async function outcomeOf(
  server: FaultServer,
  index: number,
  { operation, fault, way }: Omit<Cell, 'outcome'>,
): Promise<Cell['outcome']> {
  try {
    // Of one length, as is every answer with an address in it.
    return await runCell(server, `cell-${String(index).padStart(5, '0')}`, operation, fault, way);
  } catch (error) {
    return { broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
