import { close, constants, open, read } from 'node:fs';

/**
 * The bytes of a file that is likely to be `likely` bytes long; undefined when it is longer. Opens no link that has
 * been put in its place. In three trips to the thread pool: a file handle with promises takes five, each at twice the
 * cost, which is what collecting many small files consisted of.
 * @throws Error of the system
 */
export function readSmallFile(file: string, likely: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    open(file, constants.O_RDONLY | constants.O_NOFOLLOW, (failed, descriptor) => {
      if (failed) {
        reject(failed);
        return;
      }
      const end = (error: Error | null, bytes?: Uint8Array): void => {
        close(descriptor, () => {
          if (error) reject(error);
          else resolve(bytes);
        });
      };
      // One more than is expected, so that a file that has grown is told from one that has not.
      const buffer = Buffer.allocUnsafe(likely + 1);
      let filled = 0;
      const more = (): void => {
        read(descriptor, buffer, filled, buffer.length - filled, null, (error, count) => {
          if (error) {
            end(error);
            return;
          }
          filled += count;
          if (filled === likely || count === 0) end(null, buffer.subarray(0, filled));
          else if (filled > likely) end(null);
          else more();
        });
      };
      more();
    });
  });
}
