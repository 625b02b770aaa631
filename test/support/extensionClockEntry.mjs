// Replaces the entry point of the installed extension (see extensionClock.ts). Activates the extension with a FakeClock
// that follows real time. A test can also advance the clock.
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setInterval } from 'node:timers';
import extension from './dist/extension/extension.cjs';
import { FakeClock } from './fakeClock.mjs';

/** Interval in ms at which the clock is advanced to real time. */
const stepMs = 20;

const clock = new FakeClock(Date.now(), { random: Math.random });
/** The last queued operation. Commands of the test and advances to real time run one after another. */
let queue = Promise.resolve();
let lastStep = performance.now();

/** Advances the clock by the real time since the last step. Does not wait for asynchronous work of due timers. */
function followRealTime() {
  const now = performance.now();
  clock.advanceSync(now - lastStep);
  lastStep = now;
}

/** @param {string} line */
async function run(line) {
  const [command, ms] = line.split(' ');
  if (command === 'jump') clock.jump(Number(ms));
  else await clock.advance(Number(ms));
}

async function connect() {
  const socket = net.connect(Number(process.env['ONNA_EXTENSION_CLOCK']), '127.0.0.1');
  socket.unref();
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  for await (const text of socket) {
    for (const line of text.split('\n').filter(Boolean)) {
      queue = queue.then(() => run(line));
      await queue;
      socket.write(`done ${clock.fired}\n`);
    }
  }
}

export function activate(context) {
  setInterval(() => {
    queue = queue.then(followRealTime);
  }, stepMs).unref();
  void connect();
  return extension.activate(context, clock);
}

export const { deactivate } = extension;
