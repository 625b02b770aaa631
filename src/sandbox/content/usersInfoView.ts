import { json } from '../http/answer.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Role } from '../store/grants.ts';
import type { Stores } from '../store/stores.ts';

const owner: Role = 'guillotina.Owner';

/**
 * GET `@usersInfo` returns the users whose data a Datasource collects. A folder has no user accounts of its
 * own, so the sandbox returns the users who may see the Datasource, owners first.
 */
export function usersInfoView({ grants, users }: Pick<Stores, 'grants' | 'users'>): ServiceView {
  return {
    name: '@usersInfo',
    methods: ['GET'],
    permission: 'guillotina.ModifyContent',
    appliesTo: isDatasource,
    answer({ path }: ViewRequest) {
      const withRoles = [...grants.rolesByLogin(path)].map(([login, roles]) => {
        const { name = '', surname = '' } = users.byLogin(login) ?? {};
        return { id: login, name, surname, is_owner: roles.includes(owner), roles };
      });
      const owners = withRoles.filter(({ is_owner: isOwner }) => isOwner);
      const others = withRoles.filter(({ is_owner: isOwner }) => !isOwner);
      return json({ users: [...owners, ...others] });
    },
  };
}
