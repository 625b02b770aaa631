import { bodyFaults } from './bodyFaults.ts';
import { runCell } from './cell.ts';
import type { CellResult, Way } from './cell.ts';
import type { Fault } from './fault.ts';
import { FaultServer } from './faultServer.ts';
import { operations } from './operations.ts';
import type { Operation } from './operation.ts';
import { pageFaults } from './pageFaults.ts';
import { statusFaults } from './statusFaults.ts';

/** One operation with one fault. */
export interface Cell {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly way: Way;
  /** The outcome, or the rule that it broke. */
  readonly outcome: CellResult | { readonly broken: string };
}

/** The results of all cells. */
export interface FaultMatrix {
  readonly cells: readonly Cell[];
  /** Unhandled rejections. */
  readonly rejections: readonly unknown[];
  /** Requests to an origin that must receive none. */
  readonly strayRequests: readonly string[];
}

/** The rows of the table. */
export const faults: readonly Fault[] = [...statusFaults, ...bodyFaults, ...pageFaults];

/** Number of cells that run at the same time: more than there are cores, because cells mostly wait for sockets. */
const atOnce = 12;

/** Runs every operation with every fault that applies, against real sockets. Takes a minute. */
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
    // All names have the same length, so that responses that contain an address have the same length, too.
    return await runCell(server, `cell-${String(index).padStart(5, '0')}`, operation, fault, way);
  } catch (error) {
    return { broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
