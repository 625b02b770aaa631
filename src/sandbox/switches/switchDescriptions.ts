import { burstStatuses, choices } from './switchBoard.ts';
import type { Switches } from './switchBoard.ts';

/** The kind of control for a switch. Values of `text` and `burst` can also be null: off. */
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
      'Makes this many of the next requests fail. “Path contains” limits this to matching requests.',
    control: { kind: 'burst', statuses: burstStatuses },
  },
  jsonBodies: {
    label: 'JSON bodies',
    explanation: 'The body of successful answers: normal, a gateway’s HTML page, or cut off in the middle.',
    control: { kind: 'choice', values: choices.jsonBodies },
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
    explanation: 'Requests to pause or resume get 204 but change nothing.',
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
    explanation: 'Where page_size and scroll are read from; “any” accepts every place.',
    control: { kind: 'choice', values: choices.childrenMode },
  },
  endOfScroll: {
    label: 'End of a scroll',
    explanation: 'The last page has a null cursor or no cursor, or an extra empty page follows it.',
    control: { kind: 'choice', values: choices.endOfScroll },
  },
  constantScrollIds: {
    label: 'Constant scroll ids',
    explanation: 'Every page has the same scroll id; requesting it twice returns two different pages.',
    control: flag,
  },
  scrollExpirySeconds: {
    label: 'Keep-alive of scrolls',
    explanation: 'How long an unused scroll stays open.',
    control: { kind: 'number', unit: 's' },
  },
  scrollExpiryAnswer: {
    label: 'Answer for an expired scroll',
    explanation: '404, 500, or an empty page that looks like the end.',
    control: { kind: 'choice', values: choices.scrollExpiryAnswer },
  },
  authCodeNull: {
    label: 'No auth code',
    explanation: '@oauthgetcode responds with 200 and null, so nobody can sign in.',
    control: flag,
  },
  tokenLifetimeSeconds: {
    label: 'Lifetime of tokens',
    explanation: 'Applies to tokens issued from now on.',
    control: { kind: 'number', unit: 's' },
  },
  credentialLifetimeSeconds: {
    label: 'Lifetime of credentials',
    explanation: 'Applies to credentials stored or refreshed from now on. 0: they never expire.',
    control: { kind: 'number', unit: 's' },
  },
};
