import { createDecipheriv, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * VS Code's SecretStorage in a browser. It is encrypted with AES-GCM in the page's local storage. The key has two
 * halves. One is stored next to the data; the other comes from a server endpoint. The plain VS Code server lacks that
 * endpoint, so VS Code would keep secrets in memory only. This class provides it.
 */
export class BrowserSecretStorage {
  readonly #serverHalf = randomBytes(keyBytes);

  /**
   * Serves the server's half of the key, so that the window stores secrets. Must be called before the page opens VS
   * Code.
   */
  async prepare(page: Page): Promise<void> {
    await page.route('**/mint-key', (route) =>
      route.fulfill({ contentType: 'application/octet-stream', body: this.#serverHalf }),
    );
  }

  /** Decrypts the stored secrets, by extension and key in VS Code's own format. */
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
