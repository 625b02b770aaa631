import { createDecipheriv, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * VS Code's SecretStorage in a browser: sealed by AES-GCM in the page's local storage, with a key of two halves:
 * one lies beside what is sealed, the other is the server's. VS Code's own server, without the front that this
 * build of the window was made for, has none to give: it then keeps secrets in memory only.
 */
export class BrowserSecretStorage {
  readonly #serverHalf = randomBytes(keyBytes);

  /** Gives the window its half, so that it keeps secrets as every VS Code does. Before the page opens VS Code. */
  async prepare(page: Page): Promise<void> {
    await page.route('**/mint-key', (route) =>
      route.fulfill({ contentType: 'application/octet-stream', body: this.#serverHalf }),
    );
  }

  /** What the window has sealed, by extension and key, as VS Code writes that. */
  async read(page: Page): Promise<Readonly<Record<string, string>>> {
    const sealed = await page.evaluate<string | null>(`localStorage.getItem('secrets.provider')`);
    if (sealed === null) return {};
    const bytes = Buffer.from(sealed, 'base64');
    const key = Buffer.from(
      bytes.subarray(0, keyBytes).map((byte, index) => byte ^ (this.#serverHalf[index] ?? 0)),
    );
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(keyBytes, keyBytes + nonceBytes));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const plain = Buffer.concat([
      decipher.update(bytes.subarray(keyBytes + nonceBytes, -tagBytes)),
      decipher.final(),
    ]);
    return JSON.parse(plain.toString('utf8')) as Record<string, string>;
  }
}
