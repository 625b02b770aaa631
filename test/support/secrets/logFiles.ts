// Given to VS Code's server by NODE_OPTIONS. What VS Code writes its log files with is a native module, for which
// this server, installed without running anybody's scripts, has no machine code: without it there would be no log to
// look into, and no word about that.
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

// The server takes NODE_OPTIONS away from the extension hosts that it forks.
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
