import { createDecipheriv, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Enables and reads VS Code's SecretStorage in a browser. VS Code encrypts secrets with AES-GCM and stores them in the
 * local storage of the page. One half of the key is stored with the data, and a server endpoint provides the other
 * half. VS Code's server has no such endpoint, so VS Code would keep secrets only in memory. This class provides the
 * endpoint.
 */
export class BrowserSecretStorage {
  readonly #serverHalf = randomBytes(keyBytes);

  /**
   * Adds the endpoint for the second half of the key to a page. Call this method before the page opens VS Code.
   */
  async prepare(page: Page): Promise<void> {
    await page.route('**/mint-key', (route) =>
      route.fulfill({ contentType: 'application/octet-stream', body: this.#serverHalf }),
    );
  }

  /** Decrypts the stored secrets. @returns the secrets, by extension and key in VS Code's format */
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
