// Replaces the native module that writes VS Code's log files. The module is not compiled, because the server is
// installed without install scripts. Without a replacement, VS Code would write no logs, and the search for secrets
// would miss them. NODE_OPTIONS loads this file into VS Code's server.
import childProcess from 'node:child_process';
import { registerHooks, syncBuiltinESMExports } from 'node:module';

/**
 * VS Code 1.105, which runs on Node 22, answers an import of `vscode` asynchronously. While a synchronous hook is
 * registered, its extension host would wait for itself forever.
 */
const mustDeregister = Number.parseInt(process.versions.node) < 24;

const hooks = registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== '@vscode/spdlog') return next(specifier, context);
    // The hook stays where it can, because VS Code imports the package again for each log file.
    if (mustDeregister) hooks.deregister();
    const url = new URL('logWriter.ts', import.meta.url).href;
    return { url, format: 'module-typescript', shortCircuit: true };
  },
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
