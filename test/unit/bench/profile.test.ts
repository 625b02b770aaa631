import assert from 'node:assert/strict';
import { cpuOfExtension } from '../../bench/profile.ts';

describe('The CPU time of the extension in a profile', () => {
  const home = 'file:///home/user/extensions/onna-datasources.onna-datasources-1.0.0/dist/extension';
  const node = (id: number, url: string, children: readonly number[] = []): object => ({
    ...{ id, children, callFrame: { url } },
  });

  it('includes the functions that the extension calls, but not those that call the extension', () => {
    const profile = {
      nodes: [
        node(1, '', [2, 5]),
        node(2, 'node:internal/timers', [3]),
        node(3, `${home}/runtime.js`, [4]),
        node(4, 'node:buffer'),
        node(5, 'file:///home/user/extensions/other.extension/main.js'),
      ],
      samples: [1, 2, 3, 4, 5, 4],
      timeDeltas: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000],
    };
    assert.equal(cpuOfExtension(JSON.stringify(profile)), 44);
  });
});
