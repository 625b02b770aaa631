/** Thrown if the sign-in failed, or if the token is no longer valid. */
export class SignedOut extends Error {
  /** @override */
  name = 'SignedOut';
}

/** Thrown if the sandbox refused the request. The message is the sandbox's reason. */
class Refused extends Error {
  /** @override */
  name = 'Refused';
}

/** @param {Response} response @returns {Promise<string>} */
async function reasonOf(response) {
  const text = await response.text();
  try {
    const { message, reason } = JSON.parse(text);
    return String(message ?? reason);
  } catch {
    return text || `answered ${response.status}`;
  }
}

/**
 * Sends requests as the signed-in user. Keeps the token in memory only: other pages could use a cookie, and a stored
 * token would remain after the page is closed.
 */
export class Connection {
  #token;

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
  }

  /**
   * @param {string} user
   * @param {string} password
   * @returns {Promise<Connection>}
   */
  static async signIn(user, password) {
    const response = await fetch('/_sandbox/token', {
      method: 'POST',
      body: JSON.stringify({ user, password }),
    });
    if (response.status === 401)
      throw new SignedOut('This is not the sandbox’s own user, or the password is wrong.');
    if (!response.ok) throw new Refused(await reasonOf(response));
    return new Connection(await response.text());
  }

  /**
   * @param {string} path below `/_sandbox/`, with its query
   * @param {{ method?: string, body?: unknown, signal?: AbortSignal }} [options]
   * @returns {Promise<unknown>} undefined if the answer is empty
   */
  async call(path, { method = 'GET', body, signal } = {}) {
    const response = await fetch(`/_sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status === 401) throw new SignedOut('You are no longer signed in.');
    if (!response.ok) throw new Refused(await reasonOf(response));
    return response.status === 204 ? undefined : response.json();
  }

  /** @param {string} path @param {unknown} body @returns {Promise<unknown>} */
  post(path, body) {
    return this.call(path, { method: 'POST', body });
  }
}
