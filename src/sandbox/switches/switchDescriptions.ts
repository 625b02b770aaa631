import { burstStatuses, choices } from './switchBoard.ts';
import type { Switches } from './switchBoard.ts';

/** The control for a switch on the page. In `text` and `burst` controls, the value null means off. */
export type SwitchControl =
  | { readonly kind: 'flag' }
  | { readonly kind: 'number'; readonly unit: 'ms' | 's' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly example: string }
  | { readonly kind: 'burst'; readonly statuses: readonly number[] };

/** The texts and the control of a switch on the page. */
export interface SwitchDescription {
  readonly label: string;
  readonly explanation: string;
  readonly control: SwitchControl;
}

const flag: SwitchControl = { kind: 'flag' };

/** All switches, in display order. */
export const switchDescriptions: Readonly<Record<keyof Switches, SwitchDescription>> = {
  latencyMs: {
    label: 'Latency',
    explanation: 'A delay added to every answer.',
    control: { kind: 'number', unit: 'ms' },
  },
  burst: {
    label: 'Burst of errors',
    explanation:
      'Makes the next requests fail, up to the given number. “Path contains” selects matching requests only.',
    control: { kind: 'burst', statuses: burstStatuses },
  },
  jsonBodies: {
    label: 'JSON bodies',
    explanation:
      'The body of successful answers: the normal JSON, the HTML page of a gateway, or JSON cut off in the middle.',
    control: { kind: 'choice', values: choices.jsonBodies },
  },
  compression: {
    label: 'Compression',
    explanation: 'Large JSON and text answers are compressed for clients that accept gzip or br.',
    control: flag,
  },
  emptyActionBodies: {
    label: 'Empty bodies of actions',
    explanation: 'Actions respond with 200, an empty body and a JSON content type.',
    control: flag,
  },
  unknownStatus: {
    label: 'Unknown status',
    explanation: 'Reported as the status of every Datasource, regardless of its real status.',
    control: { kind: 'text', example: 'dreaming' },
  },
  patchIgnoresStatus: {
    label: 'PATCH ignores the status',
    explanation: 'Requests to pause or resume a Datasource get 204 but change nothing.',
    control: flag,
  },
  foreignIdHost: {
    label: 'Foreign host in @id',
    explanation: 'Every @id has this origin instead of the origin of the request.',
    control: { kind: 'text', example: 'https://inside.example.test' },
  },
  updatesAsObject: {
    label: 'Updates as an object',
    explanation: '@data returns its updates as an object keyed by uid instead of a list.',
    control: flag,
  },
  dataWithoutSyncStatus: {
    label: 'No status in lists',
    explanation: '@data and @workspaces leave out sync_status.',
    control: flag,
  },
  childrenMode: {
    label: 'Parameters of @getAllChildren',
    explanation:
      'Where the service looks for page_size and scroll. “any” accepts them in the query and in the body.',
    control: { kind: 'choice', values: choices.childrenMode },
  },
  endOfScroll: {
    label: 'End of a scroll',
    explanation: 'The last page has a null cursor or no cursor, or an extra empty page follows it.',
    control: { kind: 'choice', values: choices.endOfScroll },
  },
  constantScrollIds: {
    label: 'Constant scroll ids',
    explanation: 'Every page has the same scroll id. Two requests with this id return two different pages.',
    control: flag,
  },
  scrollExpirySeconds: {
    label: 'Keep-alive of scrolls',
    explanation: 'How long an unused scroll stays open.',
    control: { kind: 'number', unit: 's' },
  },
  scrollExpiryAnswer: {
    label: 'Answer for an expired scroll',
    explanation: '404, 500, or an empty page that looks like the last page.',
    control: { kind: 'choice', values: choices.scrollExpiryAnswer },
  },
  authCodeNull: {
    label: 'No auth code',
    explanation: '@oauthgetcode responds with 200 and a null code, so nobody can sign in.',
    control: flag,
  },
  tokenLifetimeSeconds: {
    label: 'Lifetime of tokens',
    explanation: 'Applies to tokens issued from now on.',
    control: { kind: 'number', unit: 's' },
  },
  credentialLifetimeSeconds: {
    label: 'Lifetime of credentials',
    explanation: 'Applies to credentials stored or refreshed from now on. With 0, they never expire.',
    control: { kind: 'number', unit: 's' },
  },
};
