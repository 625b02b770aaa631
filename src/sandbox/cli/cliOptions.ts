import path from 'node:path';
import { parseArgs } from 'node:util';
import { datasourceType, isFolderType, originNames } from '../base/datasourceTypes.ts';
import { syncTypes } from '../store/datasources.ts';
import type { SyncType } from '../store/datasources.ts';

/** An `--origin` option: a folder to collect as a Datasource. */
export interface OriginOption {
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  /** `@type` of the Datasource. */
  readonly type: string;
  readonly sync: SyncType;
}

/** The parsed command line. */
export interface CliOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly samples: boolean;
  /** Number of Resources to generate. */
  readonly generate: number;
  /** Number of generated Resources that have an exception. */
  readonly generateExceptions: number;
  /** Number of Datasources to generate. */
  readonly generateDatasources: number;
  readonly port: number;
  readonly data: string | undefined;
  readonly origins: readonly OriginOption[];
  readonly container: string | undefined;
  readonly account: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly timeScale: number;
}

/** Thrown for an invalid command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of `--help`. */
export const usage = `A local Onna server: collects folders as Datasources, processes and searches their files.
Open its address in a browser to watch the sandbox and to change its switches.

  --origin [NAME=]DIR[:TYPE[:SYNC]]  collect a folder; may be repeated
                                     TYPE: ${originNames.join(', ')}
                                     SYNC: auto (mirror), arch (never delete), one (sync once)
                                     default: static:one, or dropbox if only SYNC is given
  --samples            add sample Datasources
  --generate N         generate a Datasource with N Resources
  --generate-exceptions N
                       generate at least N Resources, and give N of them an exception
  --generate-datasources N
                       generate N Datasources without Resources
  --data DIR           keep the state in DIR (default: a temporary folder, removed on exit)
  --port N             port on 127.0.0.1 (default 0: any free port)
  --container NAME     default rel0
  --account NAME       default sandbox
  --user LOGIN         default admin@sandbox.test
  --password-env NAME  read the password from the environment variable NAME
  --password TEXT      the password, visible to other users of this machine (default: random)
  --time-scale N       run sync cycles, retries and slow origins N times faster (default 1)
  --json               print the address and the login as one line of JSON, for programs
  --help               print this text
`;

/** Parses `NAME=DIR:TYPE:SYNC` from the end, so that DIR may contain colons. @throws UsageError */
export function parseOrigin(text: string, files: path.PlatformPath = path): OriginOption {
  const [, name, place = ''] = /^(?:([^=/\\]+)=)?(.+)$/s.exec(text) ?? [];
  const parts = place.split(':');
  const sync = parts.length > 1 ? syncTypes.find((type) => type === parts.at(-1)) : undefined;
  if (sync !== undefined) parts.pop();
  const namedType = parts.length > 1 ? datasourceType(parts.at(-1) ?? '') : undefined;
  if (namedType !== undefined) parts.pop();
  const folder = parts.join(':');
  if (folder === '') throw new UsageError(`--origin '${text}' does not name a folder`);
  const type = namedType ?? (sync === undefined || sync === 'one' ? 'StaticDatasource' : 'DropboxDatasource');
  if (isFolderType(type) && sync !== undefined && sync !== 'one') {
    throw new UsageError(`--origin '${text}': folder Datasources (static) support one-time syncs only`);
  }
  const absolute = files.resolve(folder);
  return {
    name: name?.trim() ?? (files.basename(absolute) || absolute),
    folder: absolute,
    type,
    sync: sync ?? (isFolderType(type) ? 'one' : 'auto'),
  };
}

function parseNumber(name: string, text: string, isValid: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !isValid(value))
    throw new UsageError(`--${name} '${text}' is not a valid number`);
  return value;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100_000_000;
}

function passwordOf(
  values: { password?: string; 'password-env'?: string },
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const variable = values['password-env'];
  if (variable === undefined) return values.password;
  const password = environment[variable];
  if (password === undefined || password === '')
    throw new UsageError(`the environment variable ${variable} is not set`);
  return password;
}

/** @throws UsageError */
export function parseCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CliOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        samples: { type: 'boolean', default: false },
        generate: { type: 'string', default: '0' },
        'generate-exceptions': { type: 'string', default: '0' },
        'generate-datasources': { type: 'string', default: '0' },
        port: { type: 'string', default: '0' },
        data: { type: 'string' },
        origin: { type: 'string', multiple: true, default: [] },
        container: { type: 'string' },
        account: { type: 'string' },
        user: { type: 'string' },
        'password-env': { type: 'string' },
        password: { type: 'string' },
        'time-scale': { type: 'string', default: '1' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  // An empty path would be the current folder.
  if (values.data === '') throw new UsageError('--data does not name a folder');
  return {
    help: values.help,
    json: values.json,
    samples: values.samples,
    generate: parseNumber('generate', values.generate, isCount),
    generateExceptions: parseNumber('generate-exceptions', values['generate-exceptions'], isCount),
    generateDatasources: parseNumber('generate-datasources', values['generate-datasources'], isCount),
    port: parseNumber('port', values.port, (port) => Number.isInteger(port) && port >= 0 && port < 65_536),
    data: values.data === undefined ? undefined : path.resolve(values.data),
    origins: values.origin.map((text) => parseOrigin(text)),
    container: values.container,
    account: values.account,
    user: values.user,
    password: passwordOf(values, environment),
    timeScale: parseNumber('time-scale', values['time-scale'], (scale) => scale > 0 && scale <= 100_000),
  };
}
