import type { Run } from '../history/runs.ts';
import type { LogAccess } from '../history/historyReader.ts';
import { nextSyncOf, type Datasource } from '../datasources/datasource.ts';
import { sharingWith } from '../datasources/connectionSnapshot.ts';
import { availableActions } from '../datasources/availableActions.ts';
import type { AssistantDeps, KnownDatasource, ToolCall } from './assistantDeps.ts';
import { reasonOf, statusWords, timeWords } from './datasourceWords.ts';
import { maxTitle, type DatasourceFinder } from './datasourceFinder.ts';
import type { ToolInput } from './toolInputs.ts';
import type { ToolText } from './toolText.ts';
import { cellText } from './visibleText.ts';

const maxRunsShown = 8;
const maxKindsShown = 12;
const maxSharingShown = 5;

type Deps = Pick<
  AssistantDeps,
  'store' | 'findings' | 'history' | 'exceptions' | 'describeError' | 'clock' | 'linkToLog'
>;

/** Returns the details of a Datasource: its last runs, its exceptions by kind, and the state of its credentials. */
export class GetDatasource {
  readonly #deps: Deps;
  readonly #finder: DatasourceFinder;

  constructor(deps: Deps, finder: DatasourceFinder) {
    this.#deps = deps;
    this.#finder = finder;
  }

  /** Sends three requests: one for each of two logs, and one that counts the exceptions by kind. */
  async run({ datasource: name }: ToolInput<'onna_get_datasource'>, { signal }: ToolCall): Promise<ToolText> {
    const target = this.#finder.datasource(name);
    const { connectionId, datasource } = target;
    const { findings, history, linkToLog } = this.#deps;
    const owner = { connectionId, datasourceId: datasource.id, path: datasource.path };
    const [{ runs, audit, collection }, exceptions] = await Promise.all([
      history.read(owner, signal),
      this.#exceptions(target, signal),
    ]);
    const finding = findings.get(connectionId, datasource);
    const unread = [logWords('audit', audit), logWords('collection', collection)].flatMap(
      (words) => words ?? [],
    );
    return {
      lead: [
        'Details of one Datasource. “runs” are the syncs of the Datasource, newest first. Unknown values are “–”.',
        ...unread,
        'onna_get_log returns the entries of its logs.',
      ].join(' '),
      rows: [
        this.#finder.candidate(target),
        `status: ${statusWords(datasource, finding)}`,
        `reason: ${reasonOf(datasource, finding) ?? '–'}`,
        ...this.#facts(target),
        ...exceptions,
        'runs:',
        ...(runs.length === 0 ? ['–'] : runs.slice(0, maxRunsShown).map(runRow)),
        `collection log: ${linkToLog(target, 'collection')}`,
      ],
    };
  }

  #facts(target: KnownDatasource): readonly string[] {
    const { datasource, connectionId } = target;
    const { rawSyncType, owners, credential, resourceCount, created } = datasource;
    const line = (text: string): string => cellText(text, maxTitle);
    const snapshot = this.#deps.store.get(connectionId);
    const sharing = snapshot ? sharingWith(datasource, snapshot) : [];
    const names = sharing.slice(0, maxSharingShown).map(({ title }) => line(title));
    return [
      `sync type: ${line(rawSyncType ?? '–')}`,
      `next sync: ${nextWords(datasource, this.#deps.clock.now())}`,
      `owners: ${owners.map(line).join(', ') || '–'}`,
      `credentials: ${credential ?? '–'}`,
      ...(sharing.length > 0
        ? [`credentials shared with ${sharing.length} other Datasources: ${names.join(', ')}`]
        : []),
      `Resources: ${resourceCount ?? '–'}`,
      `created: ${timeWords(created)}`,
      `actions allowed now: ${[...availableActions(datasource)].join(', ') || 'none'}`,
    ];
  }

  async #exceptions(
    { connectionId, datasource }: KnownDatasource,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const choice = { kind: undefined, text: '', sort: 'newest' } as const;
    try {
      const { kinds } = await this.#deps.exceptions.page(
        connectionId,
        datasource.path,
        choice,
        undefined,
        signal,
        1,
      );
      if (kinds.length === 0) return ['exceptions: none counted'];
      return [
        'exceptions and notes, by kind:',
        ...kinds
          .slice(0, maxKindsShown)
          .map(
            ({ kind, isNote, count }) => `${count} × ${cellText(kind, maxTitle)}${isNote ? ' (note)' : ''}`,
          ),
      ];
    } catch (error) {
      if (signal.aborted) throw error;
      return [`exceptions: could not be counted. ${this.#deps.describeError(error)}`];
    }
  }
}

function nextWords(datasource: Datasource, now: number): string {
  const next = nextSyncOf(datasource, now);
  if (!next) return '–';
  return next.overdue ? `overdue since ${timeWords(next.latest)}` : `until ${timeWords(next.latest)}`;
}

function logWords(log: string, access: LogAccess): string | undefined {
  switch (access) {
    case 'read':
      return undefined;
    case 'noPermission':
      return `The user may not read the ${log} log, so runs may be missing.`;
    case 'missing':
    case 'unavailable':
      return `The ${log} log could not be read, so runs may be missing.`;
  }
}

function runRow({ start, end, outcome, failedAttempts, counts, reason, source }: Run): string {
  const count = (number: number | undefined): string => String(number ?? '–');
  return [
    `${timeWords(start)} to ${timeWords(end)}`,
    outcome === 'mixed' ? `synced after ${failedAttempts} failed attempts` : outcome,
    `added ${count(counts?.added)}, changed ${count(counts?.changed)}, removed ${count(counts?.removed)}`,
    ...(reason === undefined ? [] : [`reason: ${cellText(reason, maxTitle)}`]),
    `source: ${source}`,
  ].join('; ');
}
