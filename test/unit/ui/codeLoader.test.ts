import assert from 'node:assert/strict';
import { settle } from '../../doubles/fakeClock.ts';
import { desktop } from '../../doubles/desktop.ts';
import '../../doubles/useFakeVscode.ts';

const { CodeLoader } = await import('../../../src/ui/codeLoader.ts');

const missingFile = new URL('../../../src/ui/this-file-is-gone.ts', import.meta.url).href;
const missing = (): Promise<unknown> => import(missingFile);

describe('CodeLoader', () => {
  let logged: string[];
  let logsShown: number;
  let offered: (readonly string[])[];
  let press: string | undefined;
  let code: InstanceType<typeof CodeLoader>;

  beforeEach(() => {
    logged = [];
    offered = [];
    logsShown = 0;
    press = undefined;
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: () => undefined,
      choose: (choices) => {
        offered.push(choices);
        return press === 'stays' ? new Promise(() => undefined) : press;
      },
      secret: () => undefined,
      running: () => () => undefined,
      attend: () => undefined,
    };
    code = new CodeLoader({
      error: (what, error) => logged.push(`${what} ${String(error)}`),
      show: () => {
        logsShown++;
      },
    });
  });
  afterEach(() => {
    desktop.attendant = undefined;
  });

  it('returns what was loaded, and reports nothing', async () => {
    assert.equal(await code.load(() => Promise.resolve('part')), 'part');
    assert.deepEqual([logged, offered], [[], []]);
  });

  it('logs the reason of a failure, and shows an error with a button that opens the log', async () => {
    press = 'Show Log';
    await assert.rejects(code.load(missing), {
      name: 'LoadFailure',
      message: 'A part of Onna could not be loaded. Try again, or reload the window.',
    });
    await settle();
    assert.match(logged.join(), /Cannot find module .*this-file-is-gone/);
    assert.deepEqual(offered, [['Show Log']]);
    assert.equal(logsShown, 1);
  });

  it('reports an exception in a constructor in the same way', async () => {
    class Broken {
      readonly registered = this.register();
      register(): never {
        throw new TypeError('registerTool is not a function');
      }
    }
    await assert.rejects(
      code.load(() => Promise.resolve(new Broken())),
      { name: 'LoadFailure' },
    );
    assert.match(logged.join(), /registerTool is not a function/);
    assert.equal(offered.length, 1);
  });

  it('shows one notification if several parts fail, and another after the user has closed it', async () => {
    press = 'stays';
    await Promise.allSettled([code.load(missing), code.load(missing)]);
    assert.equal(offered.length, 1);
    assert.equal(logged.length, 2);
    const other = new CodeLoader({ error: () => undefined, show: () => undefined });
    press = undefined;
    await assert.rejects(other.load(missing));
    await settle();
    await assert.rejects(other.load(missing));
    assert.equal(offered.length, 3);
  });

  it('shows the failures of a timer only once', async () => {
    for (let polls = 0; polls < 3; polls++) {
      await assert.rejects(code.loadInBackground(missing), { name: 'LoadFailure' });
      await settle();
    }
    assert.equal(offered.length, 1);
    assert.equal(logged.length, 3);
  });
});
