import type { Row } from './row.ts';
import { activation } from './rows/activation.ts';

/** All that is measured, in the order of the table. */
export const rows: readonly Row[] = [activation];
