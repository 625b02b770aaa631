// Replaces the entry of the installed extension (see drivenClock.ts): activates it with a clock that a test moves.
import net from 'node:net';
import process from 'node:process';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import extension from './dist/extension/extension.cjs';

/** @type {Set<{ at: number, handle: NodeJS.Timeout, callback: () => void }>} */
const timers = new Set();
let aheadMs = 0;
const now = () => Date.now() + aheadMs;

const clock = {
  now,
  random: () => Math.random(),
  /**
   * @param {number} delayMs
   * @param {() => void} callback
   */
  after(delayMs, callback) {
    const handle = setTimeout(() => run(timer), Math.min(delayMs, 2 ** 31 - 1)).unref();
    const timer = { at: now() + delayMs, handle, callback };
    timers.add(timer);
    return () => {
      clearTimeout(handle);
      timers.delete(timer);
    };
  },
};

/** @param {{ handle: NodeJS.Timeout, callback: () => void }} timer */
function run(timer) {
  clearTimeout(timer.handle);
  if (timers.delete(timer)) timer.callback();
}

/** Advances the clock at once. Runs the timers that become due, in order. @param {number} ms */
async function advance(ms) {
  const end = now() + ms;
  for (;;) {
    const [due] = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
    if (!due) break;
    aheadMs += Math.max(0, due.at - now());
    run(due);
    await new Promise((resolve) => setImmediate(resolve));
  }
  aheadMs += Math.max(0, end - now());
}

/** Moves the clock. Timers move with it, so none becomes due. @param {number} ms */
function jump(ms) {
  aheadMs += ms;
  for (const timer of timers) timer.at += ms;
}

async function connect() {
  const socket = net.connect(Number(process.env['ONNA_DRIVEN_CLOCK']), '127.0.0.1');
  socket.unref();
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  for await (const text of socket) {
    for (const line of text.split('\n').filter(Boolean)) {
      const [command, ms] = line.split(' ');
      if (command === 'jump') jump(Number(ms));
      else await advance(Number(ms));
      socket.write('done\n');
    }
  }
}

export function activate(context) {
  void connect();
  return extension.activate(context, clock);
}

export const { deactivate } = extension;
