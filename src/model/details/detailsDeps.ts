import type { Clock } from '../../base/clock.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { DetailsHostMessage } from '../../shared/detailsProtocol.ts';
import type { ExceptionList } from '../history/exceptionList.ts';
import type { HistoryReader } from '../history/historyReader.ts';
import type { LogReader } from '../history/logReader.ts';
import type { PersonalZone } from '../settings/personalZone.ts';
import type { DetailsHost } from './detailsHost.ts';

/** Dependencies of a details page's conversation and of its sections. */
export interface DetailsDeps {
  readonly host: DetailsHost;
  readonly history: HistoryReader;
  readonly exceptions: ExceptionList;
  readonly logs: LogReader;
  readonly zone: Pick<PersonalZone, 'current' | 'report' | 'onDidChange'>;
  readonly clock: Clock;
  client(connectionId: string): Promise<OnnaClient>;
  /** Whether the page is on screen. */
  isShown(): boolean;
  post(message: DetailsHostMessage): void;
  /** Receives errors of promises that no caller awaits. */
  onError(error: unknown): void;
}
