/** The sign-in failed, or the token is no longer valid. */
export class SignedOut extends Error {
  /** @override */
  name = 'SignedOut';
}

/** The sandbox refused the request. The message is its reason. */
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
 * Sends requests as the signed-in user. Keeps the token in memory only: without a cookie, other pages can't use it, and
 * without storage, nothing stays behind.
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
      throw new SignedOut('That is not the sandbox’s own user, or not the password.');
    if (!response.ok) throw new Refused(await reasonOf(response));
    return new Connection(await response.text());
  }

  /**
   * @param {string} path below `/_sandbox/`, with its query
   * @param {{ method?: string, body?: unknown, signal?: AbortSignal }} [options]
   * @returns {Promise<unknown>} undefined when the answer is empty
   */
  async call(path, { method = 'GET', body, signal } = {}) {
    const response = await fetch(`/_sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status === 401) throw new SignedOut('The sign-in has ended.');
    if (!response.ok) throw new Refused(await reasonOf(response));
    return response.status === 204 ? undefined : response.json();
  }

  /** @param {string} path @param {unknown} body @returns {Promise<unknown>} */
  post(path, body) {
    return this.call(path, { method: 'POST', body });
  }
}
