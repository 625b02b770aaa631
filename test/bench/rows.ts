import type { Row } from './row.ts';
import { activation } from './rows/activation.ts';
import { cancel } from './rows/cancel.ts';
import { idle } from './rows/idle.ts';
import { loadAll } from './rows/loadAll.ts';
import { poll } from './rows/poll.ts';
import { rememberedStart } from './rows/rememberedStart.ts';
import { signedOutStart } from './rows/signedOutStart.ts';

/** All that is measured, in the order of the table. */
export const rows: readonly Row[] = [
  activation,
  rememberedStart,
  signedOutStart,
  loadAll,
  poll,
  cancel,
  idle,
];
