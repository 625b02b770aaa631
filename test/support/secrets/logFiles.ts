// Loaded into VS Code's server through NODE_OPTIONS. VS Code writes its log files with a native module. This server was
// installed without install scripts, so that module was never compiled. Without this hook VS Code would silently write
// no logs, and the search for secrets would find nothing.
import childProcess from 'node:child_process';
import { registerHooks, syncBuiltinESMExports } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@vscode/spdlog'
      ? {
          url: new URL('logWriter.ts', import.meta.url).href,
          format: 'module-typescript',
          shortCircuit: true,
        }
      : next(specifier, context),
});

// The server removes NODE_OPTIONS from the environment of the extension hosts that it forks.
const { fork } = childProcess;
childProcess.fork = (
  file: string | URL,
  args?: readonly string[] | childProcess.ForkOptions,
  options: childProcess.ForkOptions = {},
): childProcess.ChildProcess => {
  if (!Array.isArray(args)) return fork(file, args as childProcess.ForkOptions);
  const execArgv = [...(options.execArgv ?? process.execArgv), `--import=${import.meta.url}`];
  return fork(file, args as readonly string[], { ...options, execArgv });
};
syncBuiltinESMExports();
