import { datasourceTypes, isEnterpriseType } from '../base/datasourceTypes.ts';
import { json } from '../http/answer.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Stores } from '../store/stores.ts';
import { peopleViews } from './peopleViews.ts';
import { capabilitiesOf } from './typeCapabilities.ts';

interface AccountDeps extends Pick<Stores, 'nodes' | 'datasources' | 'grants' | 'users' | 'groups'> {
  readonly account: string;
}

const plainTypes = datasourceTypes.filter((type) => !isEnterpriseType(type));
const enterpriseTypes = datasourceTypes.filter(isEnterpriseType);

function isAccountOrUser(target: Target): boolean {
  return isAccount(target) || (target.kind === 'node' && target.node.type === 'User');
}

function read(
  name: string,
  appliesTo: ServiceView['appliesTo'],
  answer: (request: ViewRequest) => unknown,
): ServiceView {
  return {
    name,
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    appliesTo,
    answer: (request) => json(answer(request)),
  };
}

/** Services that list the Datasource types. The sandbox enables every type. */
function typeViews(): ServiceView[] {
  const described = (types: readonly string[]): unknown =>
    types.map((type) => ({ type_name: type, capabilities: capabilitiesOf(type) }));
  return [
    read('@enabledDSTypes', isAccountOrUser, () => plainTypes),
    read('@enabledEDS', isAccount, () => enterpriseTypes),
    read('@availableEdatasources', isAccount, () => enterpriseTypes),
    read('@datasourceTypes', isAccount, () => ({
      available_datasources: described(plainTypes),
      available_edatasources: described(enterpriseTypes),
      enabled_datasources: described(plainTypes),
      enabled_edatasources: described(enterpriseTypes),
    })),
  ];
}

/** Services that return the current user, their roles and their groups. */
function userViews({ grants, users, groups }: AccountDeps): ServiceView[] {
  return [
    read('@user', isAccount, ({ login = '' }) => {
      const user = users.byLogin(login);
      return {
        [login]: {
          roles: Object.fromEntries(grants.roles(login, '').map((role) => [role, 1])),
          groups: groups.of(login),
          permissions: {},
          properties: { name: user?.name ?? '', surname: user?.surname ?? '' },
        },
        groups: {},
      };
    }),
    read('@userRoles', anyTarget, ({ login = '', path }) => grants.roles(login, path)),
  ];
}

/**
 * Services that return the account status, the sizes of the visible Datasources, and the use of each wallet
 * entry.
 */
function stateViews({ account, nodes, datasources, grants }: AccountDeps): ServiceView[] {
  const seen = (login: string | undefined): (readonly [StoredNode, string | undefined, number, number])[] =>
    datasources.below('').flatMap(({ nodeId, walletEntry, bytesProcessed, docCount }) => {
      const node = nodes.byId(nodeId);
      const isSeen = node && grants.allows(login, node.path, 'guillotina.AccessContent');
      return isSeen ? [[node, walletEntry, bytesProcessed, docCount] as const] : [];
    });
  return [
    { ...read('@status', isAccount, () => ({ status: 'ok' })), permission: undefined },
    read('@statusAccount', isAccount, () => ({ account, status: 'active' })),
    read('@sizes', isAccount, ({ login }) =>
      Object.fromEntries(
        seen(login).map(([{ uid }, , bytes, count]) => [uid, { bytes_processed: bytes, doc_count: count }]),
      ),
    ),
    read('@wallet', isAccount, ({ login }) => {
      const users = seen(login);
      const isVisible = grants.checker(login, 'guillotina.AccessContent');
      return nodes
        .ofType('WalletEntry')
        .filter(({ path }) => isVisible(path))
        .map(({ uid, path }) => {
          const counts = new Map<string, number>();
          for (const [{ creators }, walletEntry] of users) {
            const creator = creators[0] ?? '';
            if (walletEntry === uid) counts.set(creator, (counts.get(creator) ?? 0) + 1);
          }
          return {
            wallet_entry_uuid: uid,
            is_shared: path.startsWith('/wallet/'),
            usage: [...counts].map(([user, count]) => ({
              user_id: user,
              datasources_count: count,
              idmapping_datasources_count: 0,
            })),
          };
        });
    }),
  ];
}

/** Account-wide services (docs/onna-api.md §2 and §7). */
export function accountViews(deps: AccountDeps): ServiceView[] {
  return [...typeViews(), ...userViews(deps), ...peopleViews(deps), ...stateViews(deps)];
}
