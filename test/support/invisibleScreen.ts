import { startProcess, type StartedProcess } from './processes.ts';

/** An X server without a screen. */
export interface InvisibleScreen {
  /** The value of `DISPLAY` for those who are to draw on it. */
  readonly display: string;
  readonly process: StartedProcess;
}

/**
 * Starts Xvfb on a display number that it finds free by itself, and waits until it can be drawn on.
 * @throws if it ends before
 */
export async function startInvisibleScreen(): Promise<InvisibleScreen> {
  const number = Promise.withResolvers<string>();
  let heard = '';
  const started = await startProcess('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24'], {
    onOutput: (text, stream) => {
      if (stream === 'stderr') return;
      heard += text;
      const found = /^(\d+)\n/.exec(heard)?.[1];
      if (found !== undefined) number.resolve(found);
    },
  });
  void started.exited.then((code) => number.reject(new Error(`Xvfb ended with code ${code}.`)));
  return { display: `:${await number.promise}`, process: started };
}
