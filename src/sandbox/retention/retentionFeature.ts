import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import { json } from '../http/answer.ts';
import type { Feature } from '../http/feature.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView } from '../http/view.ts';
import type { Stores } from '../store/stores.ts';
import { Retention } from './retention.ts';

/** The retention policies of the account, and the work that applies them. */
export interface RetentionFeature extends Feature {
  readonly retention: Retention;
}

function policyView(name: string, policies: () => Readonly<Record<string, unknown>>): ServiceView {
  return {
    name,
    methods: ['GET'],
    permission: 'onna.SeeRetentionPolicies',
    appliesTo: isAccount,
    answer: () => json(policies()),
  };
}

export function retentionFeature(
  stores: Stores,
  options: { readonly clock: Clock; readonly turns: Turns; readonly log: (line: string) => void },
): RetentionFeature {
  const retention = new Retention({ ...stores, ...options });
  return {
    retention,
    views: [
      policyView('@retentionPolicies', () =>
        Object.fromEntries([...stores.retention.policies()].map(([type, days]) => [type, { days }])),
      ),
      // The origin is a folder, and a folder has no retention policy.
      policyView('@originRetentionPolicies', () => ({})),
    ],
    start: () => retention.wake(),
    close: () => retention.close(),
  };
}
