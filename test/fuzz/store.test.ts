import fc from 'fast-check';
import { connectionTo } from '../../src/model/accounts/connection.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { OnnaError } from '../../src/onna/errors.ts';
import { decodeNode } from '../../src/onna/wire/node.ts';
import type { WireNode } from '../../src/onna/wire/node.ts';
import { listing } from '../unit/model/datasources/wireNodes.ts';
import { address } from './support/bodies.ts';
import { fuzz } from './support/fuzz.ts';
import { Mirror, StoreModel } from './support/storeModel.ts';

const connection = connectionTo(address, 'ines@lumenfjord.test');
const { id } = connection;

/** Few distinct paths, so that generated Datasources often have the same path. */
const place = fc.tuple(fc.nat(1), fc.nat(4)).map(([ws, name]) => `/workspaces/w${ws}/d${name}`);
const uid = fc.constantFrom('u0', 'u1', 'u2', 'u3', undefined);
const title = fc.constantFrom('a', 'B', 'b', 'ä', '10', '9', 'Å', '');
const status = fc.constantFrom('synced', 'failed', 'pending', 'syncing', 'error_x', undefined);
const moment = fc.constantFrom('2026-03-01T11:00:00Z', '2026-03-01T11:30:00.000001+00:00', undefined);

function nodeFrom(fields: Record<string, unknown>): WireNode {
  const node = decodeNode(address, fields);
  if (!node) throw new Error('The fields do not form a valid node.');
  return node;
}

const datasource = fc
  .record({ place, uid, title, status, lastSync: moment, timestamp: moment, count: fc.option(fc.nat(2)) })
  .map((one) =>
    nodeFrom({
      ...{ '@id': one.place, '@type': 'SlackDatasource', '@uid': one.uid, title: one.title },
      ...{ sync_status: one.status, last_sync: one.lastSync, '@timestamp': one.timestamp },
      doc_count: one.count,
    }),
  );
const workspace = fc
  .tuple(fc.nat(1), title)
  .map(([number, name]) => nodeFrom({ '@id': `/workspaces/w${number}`, '@type': 'Workspace', title: name }));
/** The nodes of one listing, without duplicate ids. */
const nodes = fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: datasource }, workspace), {
  maxLength: 6,
  selector: ({ uid: known, path }) => known ?? path,
});
const reference = fc.oneof(
  uid.filter((known) => known !== undefined),
  place,
  fc.constant('/workspaces/w1'),
);

type Step =
  | { kind: 'list'; nodes: WireNode[]; deleted: string[]; complete: boolean }
  | { kind: 'read'; node: WireNode }
  | { kind: 'expect'; which: number; status: string }
  | { kind: 'refuse'; which: number }
  | { kind: 'fail' | 'startLoading' | 'stopLoading' | 'close' | 'open' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant<'list'>('list'),
      nodes,
      deleted: fc.array(reference, { maxLength: 2 }),
      complete: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant<'read'>('read'), node: datasource }) },
  fc.record({
    kind: fc.constant<'expect'>('expect'),
    which: fc.nat(5),
    status: fc.constantFrom('pending', 'paused'),
  }),
  fc.record({ kind: fc.constant<'refuse'>('refuse'), which: fc.nat(5) }),
  fc.record({
    kind: fc.constantFrom<('fail' | 'startLoading' | 'stopLoading' | 'close' | 'open')[]>(
      ...(['fail', 'startLoading', 'stopLoading', 'close', 'open'] as const),
    ),
  }),
);

/** A store and a model that receive the same steps, so that their contents can be compared. */
class Pair {
  readonly store = new DatasourceStore();
  readonly mirror = new Mirror(this.store, id);
  model = new StoreModel();
  readonly #undo: (() => void)[] = [];
  #now = Date.parse('2026-03-01T12:00:00Z');

  take(taken: Step): void {
    const { store, model } = this;
    const now = (this.#now += 1_000);
    const isOpen = store.get(id) !== undefined;
    switch (taken.kind) {
      case 'list': {
        const { nodes: listed, deleted, complete } = taken;
        store.applyListing(id, listing(listed, deleted), complete, now);
        if (isOpen) model.list(listed, deleted, complete, now);
        return;
      }
      case 'read':
        store.applyNodes(id, [taken.node], now);
        if (model.datasources.has(taken.node.uid ?? taken.node.path)) model.put(taken.node, now);
        else if (model.datasources.has(taken.node.path)) model.put({ ...taken.node, uid: undefined }, now);
        return;
      case 'expect': {
        const chosen = [...model.datasources.keys()].sort()[taken.which] ?? 'nobody';
        const [inStore, inModel] = [
          store.expect(id, chosen, taken.status),
          model.expect(chosen, taken.status),
        ];
        this.#undo.push(() => {
          inStore();
          inModel();
        });
        return;
      }
      case 'refuse':
        return this.#undo[taken.which]?.();
      case 'fail': {
        store.fail(id, new OnnaError({ kind: 'signedOut' }));
        return;
      }
      case 'startLoading': {
        store.startLoading(id);
        return;
      }
      case 'stopLoading': {
        store.stopLoading(id);
        return;
      }
      case 'close':
        store.close(id);
        this.model = new StoreModel();
        this.#undo.length = 0;
        return;
      case 'open': {
        store.open(connection);
        return;
      }
    }
  }

  agree(): void {
    this.model.isHeldBy(this.store, id);
    this.mirror.isUpToDate();
  }
}

const slack = (known: string): WireNode =>
  nodeFrom({ '@id': '/workspaces/w0/d0', '@type': 'SlackDatasource', '@uid': known, title: 'a' });
const list = (listed: WireNode[], deleted: string[] = []): Step => ({
  ...{ kind: 'list', nodes: listed, deleted },
  complete: false,
});

/** Sequences of steps that once revealed bugs. */
const regressions: Readonly<Record<string, Step[]>> = {
  'a Workspace that was added again lost its title': [
    list([nodeFrom({ '@id': '/workspaces/w1', '@type': 'Workspace', title: 'a' })], ['/workspaces/w1']),
  ],
  'a deleted Datasource remained after another Datasource was created at its path': [
    list([slack('u0')]),
    list([slack('u1')]),
    list([slack('u1')], ['/workspaces/w0/d0']),
  ],
  'an expected status was reported as a change when it was expected a second time': [
    list([slack('u0')]),
    { kind: 'expect', which: 0, status: 'pending' },
    { kind: 'expect', which: 0, status: 'pending' },
  ],
};

describe('The store of Datasources, for any sequence of events,', () => {
  it('stores the same contents as a simple model, sorts them by title, and reports each change correctly', async () => {
    await fuzz(
      'the Datasource store',
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const pair = new Pair();
        pair.take({ kind: 'open' });
        for (const each of steps) {
          pair.take(each);
          pair.agree();
        }
      }),
      Object.values(regressions).map((steps) => [steps]),
    );
  });
});
