import type {
  DetailsHeader,
  DetailsHostMessage,
  ExceptionView,
  LogItemView,
  RunOutcome,
  RunView,
} from '../../../src/shared/detailsProtocol.ts';
import { firstExceptionChoice, firstLogChoice } from '../../../src/shared/detailsProtocol.ts';

const minute = 60_000;
const hour = 60 * minute;
export const sampleNow = Date.UTC(2021, 5, 9, 14, 30);

type MessageOf<T extends DetailsHostMessage['type']> = Extract<DetailsHostMessage, { type: T }>;

export const sampleHeader: DetailsHeader = {
  title: 'Harbour wiki',
  type: 'Confluence',
  status: {
    tone: 'error',
    icon: 'error',
    result: 'Failed',
    at: sampleNow - 3 * hour,
    activity: 'Retrying, attempt 2',
    activityIcon: 'sync~spin',
  },
  reason: 'The service can no longer sign in to Confluence. Refresh the credentials, then sync again.',
  facts: [
    { label: 'Connection', value: 'lumenfjord · onna.example.test' },
    { label: 'Workspace', value: 'Harbour' },
    { label: 'Sync mode', value: 'Auto-sync and archive' },
    { label: 'Created', at: Date.UTC(2020, 1, 3, 9) },
    { label: 'Last synced', at: sampleNow - 27 * hour },
    { label: 'Files', value: '48,210' },
    { label: 'Size' },
    { label: 'Owners', value: 'ines@example.com, tomas@example.com' },
  ],
  actions: [
    { id: 'credentials', label: 'Renew Credentials', icon: 'key' },
    { id: 'sync', label: 'Sync Now', icon: 'sync' },
    { id: 'pause', label: 'Pause', icon: 'debug-pause' },
    { id: 'search', label: 'Search', icon: 'search' },
    { id: 'reveal', label: 'Reveal in Datasources', icon: 'list-tree' },
    { id: 'openInBrowser', label: 'Open in Onna', icon: 'link-external' },
  ],
  isGone: false,
};

const outcomeCycle: readonly RunOutcome[] = [
  'failed',
  'synced',
  'synced',
  'mixed',
  'synced',
  'synced',
  'error',
  'synced',
  'paused',
  'synced',
  'synced',
  'unknown',
  'synced',
];

/** Returns a sample sync run. Run 0 is the newest, and is still in progress. */
export function sampleRun(number: number): RunView {
  const start = sampleNow - number * 6 * hour - 20 * minute;
  if (number === 0) return { source: 'journal', start, outcome: 'running', failedAttempts: 1 };
  const outcome = outcomeCycle[(number - 1) % outcomeCycle.length] ?? 'synced';
  const isKnown = outcome === 'synced' || outcome === 'mixed';
  return {
    source: number < 8 ? 'journal' : number % 3 === 0 ? 'collection' : 'audit',
    start,
    ...(outcome !== 'unknown' && { end: start + (7 + ((number * 37) % 95)) * minute + 12_000 }),
    outcome,
    failedAttempts: outcome === 'mixed' ? 1 + (number % 3) : 0,
    ...(isKnown && number < 30 && { added: (number * 131) % 400, changed: (number * 7) % 40, removed: 0 }),
    ...(outcome === 'failed' && { reason: 'Confluence refused the sign-in (401 invalid_grant).' }),
    ...(outcome === 'error' && { reason: 'The source did not respond within 30 s.' }),
  };
}

export function historyMessage(count: number): MessageOf<'history'> {
  return {
    type: 'history',
    load: { phase: 'ready' },
    runs: Array.from({ length: count }, (_, number) => sampleRun(number)),
  };
}

const kinds = ['Has Error', 'Encrypted', 'Unsupported Type', 'Has Error', 'Empty'] as const;
const names = ['Tide tables', 'Pilot notes', 'Berth plan', 'Harbour dues', 'Ice report'] as const;
const endings = ['pdf', 'docx', 'eml', 'xlsx', 'dwg'] as const;

/** Returns a sample file with an exception. `number` determines all fields. */
export function sampleException(number: number): ExceptionView {
  const kind = kinds[number % kinds.length] ?? '';
  const folder = String(1990 + (number % 30));
  return {
    id: `resource-${number}`,
    file: `${names[(number * 3) % names.length] ?? ''} ${folder}, sheet ${number}.${endings[number % endings.length] ?? ''}`,
    ...(number % 7 !== 6 && { place: `Pilotage / ${folder} / Scanned sheets of the northern berth` }),
    kind,
    isNote: kind === 'Empty',
    ...(number % 11 !== 10 && { at: sampleNow - number * 47 * minute }),
    ...(number === 1 && { outcome: 'Sent to Processing' }),
  };
}

export function exceptionsMessage(
  count: number,
  options: Partial<MessageOf<'exceptions'>> = {},
): MessageOf<'exceptions'> {
  const from = options.from ?? 0;
  return {
    type: 'exceptions',
    load: { phase: 'ready' },
    choice: firstExceptionChoice,
    kinds: [
      { kind: 'Has Error', isNote: false, count: 4000 },
      { kind: 'Encrypted', isNote: false, count: 2000 },
      { kind: 'Unsupported Type', isNote: false, count: 2000 },
      { kind: 'Empty', isNote: true, count: 2000 },
    ],
    from,
    rows: Array.from({ length: count }, (_, number) => sampleException(from + number)),
    hasMore: false,
    ...options,
  };
}

const logMessages = [
  'Downloaded the page and 3 attachments.',
  'Confluence responded 401 invalid_grant: the refresh token has expired or was revoked by an administrator.',
  'Skipped: the page is restricted, and the account of this Datasource cannot see it.',
  'Started a full collection.',
] as const;

/** Returns a sample log entry. Entry 0 is the newest. */
export function sampleLogItem(number: number): LogItemView {
  const outcomes = ['success', 'error', 'error', 'info'] as const;
  const hasFile = number % 4 !== 3 && number % 4 !== 1;
  return {
    at: sampleNow - number * 13 * minute,
    outcome: outcomes[number % 4] ?? 'info',
    action: ['collected', 'signin_failed', 'collection_error', 'started'][number % 4] ?? '',
    ...(hasFile && { file: `Tide tables, sheet ${number}.html`, id: `resource-${number}` }),
    message: logMessages[number % 4] ?? '',
    ...(number % 4 === 3 && { user: 'ines@example.com' }),
  };
}

export function logMessage(count: number, options: Partial<MessageOf<'log'>> = {}): MessageOf<'log'> {
  const from = options.from ?? 0;
  return {
    type: 'log',
    load: { phase: 'ready' },
    choice: { ...firstLogChoice, errorsOnly: false },
    from,
    items: Array.from({ length: count }, (_, number) => sampleLogItem(from + number)),
    hasOlder: false,
    ...options,
  };
}
