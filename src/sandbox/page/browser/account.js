import { Rows, byId, element, setText } from './elements.js';

/** @typedef {import('../overviewState.ts').OverviewState} OverviewState */
/** @typedef {import('../overviewState.ts').UserOverview} UserOverview */

/**
 * Maximum number of roles shown per user. Users own every Datasource that they add, so they can have many
 * roles.
 */
const maxRoles = 5;

/** @param {UserOverview} user @returns {string} */
function rolesOf({ roles }) {
  const named = roles.map(
    ({ path, role }) => `${role.replace(/^guillotina\./, '')} of ${path === '' ? 'everything' : path}`,
  );
  const more = named.length - maxRoles;
  return (more > 0 ? [...named.slice(0, maxRoles), `and ${more} more`] : named).join(', ');
}

/** The section of the page that shows the account and its users. */
export class AccountSection {
  #container = byId('container', HTMLElement);
  #account = byId('account', HTMLElement);
  #place = byId('place', HTMLElement);
  /** @type {Rows<UserOverview>} */
  #users = new Rows(
    byId('user-rows', HTMLElement),
    ({ login }) => login,
    () => {
      const login = element('bdi');
      const name = element('div', { class: 'path' });
      const roles = element('td', { class: 'roles' });
      const root = element('tr', {}, [element('th', { attributes: { scope: 'row' } }, [login, name]), roles]);
      return {
        root,
        update: (user) => {
          setText(login, user.login);
          setText(name, `${user.name} ${user.surname}`.trim());
          setText(roles, rolesOf(user));
        },
      };
    },
  );

  /** @param {OverviewState} state */
  show({ account: { container, account, users } }) {
    setText(this.#container, container);
    setText(this.#account, account);
    setText(this.#place, `${location.host} · ${container} / ${account}`);
    this.#users.show(users);
  }
}
