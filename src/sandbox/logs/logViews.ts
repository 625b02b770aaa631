import type { Turns } from '../base/turns.ts';
import type { ServiceView } from '../http/view.ts';
import type { Stores } from '../store/stores.ts';
import { accountLogViews } from './accountLogViews.ts';
import { datasourceLogViews } from './datasourceLogViews.ts';

/** The logs of the account and of each Datasource (docs/onna-api.md §5 and §8). */
export function logViews({ trail, users }: Pick<Stores, 'trail' | 'users'>, turns: Turns): ServiceView[] {
  return [...accountLogViews(trail, users), ...datasourceLogViews({ trail, turns })];
}
