import { bodyFaults } from './bodyFaults.ts';
import { runCell } from './cell.ts';
import type { CellResult, Way } from './cell.ts';
import type { Fault } from './fault.ts';
import { FaultServer } from './faultServer.ts';
import { operations } from './operations.ts';
import type { Operation } from './operation.ts';
import { pageFaults } from './pageFaults.ts';
import { statusFaults } from './statusFaults.ts';

/** The outcome of one operation with one fault. */
export interface Cell {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly way: Way;
  /** The result of the cell, or a description of the rule that it broke. */
  readonly outcome: CellResult | { readonly broken: string };
}

/** The results of a run of all cells. */
export interface FaultMatrix {
  readonly cells: readonly Cell[];
  /** Reasons of unhandled promise rejections. */
  readonly rejections: readonly unknown[];
  /**
   * Requests that reached the wrong place: the server that must never be contacted, or plain HTTP to the https server.
   * Must be empty.
   */
  readonly strayRequests: readonly string[];
}

/** All faults, in the order of the table's rows. */
export const faults: readonly Fault[] = [...statusFaults, ...bodyFaults, ...pageFaults];

/** Number of cells that run concurrently. It may exceed the number of cores, because cells mostly wait for sockets. */
const atOnce = 12;

/** Runs every operation with every applicable fault, against real sockets. Takes about a minute. */
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
    // Responses contain the name of the cell in an address. Names of equal length keep the responses equally
    // long.
    return await runCell(server, `cell-${String(index).padStart(5, '0')}`, operation, fault, way);
  } catch (error) {
    return { broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
