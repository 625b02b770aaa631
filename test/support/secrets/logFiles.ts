// Replaces the native module that writes VS Code's log files. The module is not compiled, because the server is
// installed without install scripts. Without a replacement, VS Code would write no logs, and the search for secrets
// would miss them. NODE_OPTIONS loads this file into VS Code's server.
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

// The server removes NODE_OPTIONS from the environment of extension hosts, so pass this file as an argument.
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
