import type { Row } from './row.ts';
import { activation } from './rows/activation.ts';
import { manyAccounts } from './rows/accounts.ts';
import { append } from './rows/append.ts';
import { busyClients } from './rows/busyClients.ts';
import { cancel } from './rows/cancel.ts';
import { collecting } from './rows/collecting.ts';
import { connecting } from './rows/connecting.ts';
import { details } from './rows/details.ts';
import { exceptionsCsvRow } from './rows/exceptionsCsv.ts';
import { expandDatasource } from './rows/expand.ts';
import { generating } from './rows/generating.ts';
import { hugeAccount } from './rows/hugeAccount.ts';
import { idle } from './rows/idle.ts';
import { manyRows } from './rows/manyRows.ts';
import { hostMemory } from './rows/hostMemory.ts';
import { loadAll } from './rows/loadAll.ts';
import { loadAllInVsCode } from './rows/loadAllInVsCode.ts';
import { pageOffset } from './rows/pageOffset.ts';
import { peers } from './rows/peers.ts';
import { poll } from './rows/poll.ts';
import { remembered } from './rows/remembered.ts';
import { rememberedStart } from './rows/rememberedStart.ts';
import { filter } from './rows/filter.ts';
import { search } from './rows/search.ts';
import { statusWave } from './rows/statusWave.ts';
import { signedOutStart } from './rows/signedOutStart.ts';
import { textSearch } from './rows/textSearch.ts';
import { vsix } from './rows/vsix.ts';

/** All benchmarks, in the order of the result table. */
export const rows: readonly Row[] = [
  activation,
  rememberedStart,
  signedOutStart,
  expandDatasource,
  // In quick runs, `search` and `append` share one window, and `search` must run first.
  search,
  append,
  details,
  loadAllInVsCode,
  loadAll,
  exceptionsCsvRow,
  poll,
  manyAccounts,
  remembered,
  statusWave,
  filter,
  manyRows,
  hugeAccount,
  cancel,
  idle,
  hostMemory,
  vsix,
  peers,
  generating,
  pageOffset,
  collecting,
  connecting,
  busyClients,
  textSearch,
];
