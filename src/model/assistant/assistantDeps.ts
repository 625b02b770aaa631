import type { Clock } from '../../base/clock.ts';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { LogName } from '../../onna/wire/logs.ts';
import type { QueryDiagnostic } from '../../shared/queryDiagnostics.ts';
import type { Actions } from '../datasources/actions.ts';
import type { Datasource } from '../datasources/datasource.ts';
import type { DatasourceStore } from '../datasources/datasourceStore.ts';
import type { ExceptionList } from '../history/exceptionList.ts';
import type { Findings } from '../history/findings.ts';
import type { HistoryReader } from '../history/historyReader.ts';
import type { LogReader } from '../history/logReader.ts';
import type { ActionTool } from './toolNames.ts';

/** A Datasource of an account. */
export interface KnownDatasource {
  readonly connectionId: string;
  readonly datasource: Datasource;
}

/** A Resource that a search of this session returned. */
export interface FoundResource {
  readonly connectionId: string;
  readonly path: NodePath;
  /** One visible line. */
  readonly title: string;
}

/** Something that a tool shows to the person. */
export type Shown =
  | ({ readonly what: 'row' | 'details' } & KnownDatasource)
  | ({ readonly what: 'resource' } & FoundResource)
  | { readonly what: 'search'; readonly connectionId: string; readonly datasourceId: string | undefined };

/** The parts of the extension that the tools use. */
export interface AssistantDeps {
  readonly store: Pick<DatasourceStore, 'connections' | 'get' | 'find'>;
  readonly logs: Pick<LogReader, 'read'>;
  readonly history: Pick<HistoryReader, 'read'>;
  readonly exceptions: Pick<ExceptionList, 'page'>;
  readonly findings: Pick<Findings, 'get'>;
  readonly actions: Pick<Actions, 'sync' | 'reprocess'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Resolves once the accounts and their last known Datasources are in the store. */
  ready(): Promise<void>;
  client(connectionId: string): Promise<OnnaClient>;
  /** The IANA name of the user's time zone. */
  timeZone(): string;
  /** Describes an error in sentences. They may contain text from the service. */
  describeError(error: unknown): string;
  describeProblem(problem: QueryDiagnostic): string;
  /** A link that opens a document in VS Code: the text of a Resource. */
  linkToText(resource: FoundResource): string;
  /** A link that opens the log of a Datasource as a document. */
  linkToLog(target: KnownDatasource, log: LogName): string;
  /** Whether the user allows the assistant to start actions. */
  mayAct(): boolean;
  /** Asks the person in a modal dialog. */
  confirm(action: ActionTool, target: KnownDatasource): Promise<boolean>;
  show(target: Shown): Promise<void>;
}

/** The data that a call of a tool needs besides its input. */
export interface ToolCall {
  readonly signal: AbortSignal;
  /** The number of tokens that the result may have. */
  readonly tokens: number;
}
