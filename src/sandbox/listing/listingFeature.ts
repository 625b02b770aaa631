import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import type { Serializer } from '../content/serializer.ts';
import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import { childrenViews } from './childrenViews.ts';
import { dataView } from './dataView.ts';
import { Scrolls } from './scrolls.ts';
import { sizeView } from './sizeView.ts';

/** Lists the changes of the account, and lists and counts the children of a Datasource (docs/onna-api.md §3 and §5). */
export function listingFeature(
  stores: Stores,
  options: { readonly serializer: Serializer; readonly clock: Clock; readonly turns: Turns },
): Feature {
  const { serializer, clock, turns } = options;
  const scrolls = new Scrolls(clock, stores.removed);
  return {
    views: [
      dataView({ ...stores, serializer, turns }),
      ...childrenViews({ ...stores, serializer, scrolls }),
      sizeView(stores.datasources),
    ],
    close: () => scrolls.close(),
  };
}
