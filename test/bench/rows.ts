import type { Row } from './row.ts';
import { activation } from './rows/activation.ts';
import { append } from './rows/append.ts';
import { cancel } from './rows/cancel.ts';
import { collecting } from './rows/collecting.ts';
import { expandDatasource } from './rows/expand.ts';
import { generating } from './rows/generating.ts';
import { idle } from './rows/idle.ts';
import { loadAll } from './rows/loadAll.ts';
import { loadAllInVsCode } from './rows/loadAllInVsCode.ts';
import { pageOffset } from './rows/pageOffset.ts';
import { poll } from './rows/poll.ts';
import { rememberedStart } from './rows/rememberedStart.ts';
import { filter } from './rows/filter.ts';
import { search } from './rows/search.ts';
import { statusWave } from './rows/statusWave.ts';
import { signedOutStart } from './rows/signedOutStart.ts';
import { vsix } from './rows/vsix.ts';

/** All benchmarks, in the order of the result table. */
export const rows: readonly Row[] = [
  activation,
  rememberedStart,
  signedOutStart,
  expandDatasource,
  // `search` must run before `append`, because quick runs share one window between them.
  search,
  append,
  loadAllInVsCode,
  loadAll,
  poll,
  statusWave,
  filter,
  cancel,
  idle,
  vsix,
  generating,
  pageOffset,
  collecting,
];
