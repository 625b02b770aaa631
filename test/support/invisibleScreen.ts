import { startProcess, type StartedProcess } from './processes.ts';

/** A running X server without a physical screen. */
export interface InvisibleScreen {
  /** The value of `DISPLAY` for programs that use the X server. */
  readonly display: string;
  readonly process: StartedProcess;
}

/**
 * Starts Xvfb on a free display number, and waits until Xvfb is ready.
 * @throws if Xvfb exits before it is ready
 */
export async function startInvisibleScreen(): Promise<InvisibleScreen> {
  const number = Promise.withResolvers<string>();
  let output = '';
  const started = await startProcess('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24'], {
    onOutput: (text, stream) => {
      if (stream === 'stderr') return;
      output += text;
      const found = /^(\d+)\n/.exec(output)?.[1];
      if (found !== undefined) number.resolve(found);
    },
  });
  started.exited
    .then((code) => number.reject(new Error(`Xvfb exited with code ${code}.`)))
    .catch(number.reject);
  return { display: `:${await number.promise}`, process: started };
}
