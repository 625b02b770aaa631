import { burstStatuses, choices } from './switchBoard.ts';
import type { Switches } from './switchBoard.ts';

/** What one flips a switch with. `text` and `burst` can also be null: off. */
export type SwitchControl =
  | { readonly kind: 'flag' }
  | { readonly kind: 'number'; readonly unit: 'ms' | 's' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly example: string }
  | { readonly kind: 'burst'; readonly statuses: readonly number[] };

/** A switch as it is shown to a person. */
export interface SwitchDescription {
  readonly label: string;
  readonly explanation: string;
  readonly control: SwitchControl;
}

const flag: SwitchControl = { kind: 'flag' };

/** All switches, in the order in which they are shown. */
export const switchDescriptions: Readonly<Record<keyof Switches, SwitchDescription>> = {
  latencyMs: {
    label: 'Latency',
    explanation: 'Added to every answer.',
    control: { kind: 'number', unit: 'ms' },
  },
  burst: {
    label: 'Burst of errors',
    explanation: 'That many of the next requests fail, or of those whose path contains the text.',
    control: { kind: 'burst', statuses: burstStatuses },
  },
  jsonBodies: {
    label: 'JSON bodies',
    explanation:
      'What successful answers look like: as they should, a gateway’s HTML page, or cut off half-way.',
    control: { kind: 'choice', values: choices.jsonBodies },
  },
  emptyActionBodies: {
    label: 'Empty bodies of actions',
    explanation: 'Actions answer 200 with nothing in it, though it says that it is JSON.',
    control: flag,
  },
  unknownStatus: {
    label: 'Unknown status',
    explanation: 'Told as the status of every Datasource, whatever it is.',
    control: { kind: 'text', example: 'dreaming' },
  },
  patchIgnoresStatus: {
    label: 'PATCH ignores the status',
    explanation: 'Pausing and resuming answer 204 and do nothing.',
    control: flag,
  },
  foreignIdHost: {
    label: 'Foreign host in @id',
    explanation: 'Every @id is made with this origin instead of the one that was asked.',
    control: { kind: 'text', example: 'https://inside.example.test' },
  },
  updatesAsObject: {
    label: 'Updates as an object',
    explanation: '@data gives its updates keyed by uid instead of as a list.',
    control: flag,
  },
  dataWithoutSyncStatus: {
    label: 'No status in lists',
    explanation: '@data and @workspaces leave out sync_status.',
    control: flag,
  },
  childrenMode: {
    label: 'Parameters of @getAllChildren',
    explanation: 'The one way in which page_size and scroll are read, or any.',
    control: { kind: 'choice', values: choices.childrenMode },
  },
  endOfScroll: {
    label: 'End of a scroll',
    explanation: 'How the last page looks: a null cursor, none, or one more page that is empty.',
    control: { kind: 'choice', values: choices.endOfScroll },
  },
  constantScrollIds: {
    label: 'Constant scroll ids',
    explanation: 'Every page has the same scroll id; asking twice gives two pages.',
    control: flag,
  },
  scrollExpirySeconds: {
    label: 'Keep-alive of scrolls',
    explanation: 'How long a scroll that nobody uses is kept.',
    control: { kind: 'number', unit: 's' },
  },
  scrollExpiryAnswer: {
    label: 'An expired scroll answers',
    explanation: '404, 500, or a page that is empty and looks like the end.',
    control: { kind: 'choice', values: choices.scrollExpiryAnswer },
  },
  authCodeNull: {
    label: 'No auth code',
    explanation: '@oauthgetcode answers 200 with null, so nobody can sign in.',
    control: flag,
  },
  tokenLifetimeSeconds: {
    label: 'Lifetime of tokens',
    explanation: 'Of those given out from now on.',
    control: { kind: 'number', unit: 's' },
  },
  credentialLifetimeSeconds: {
    label: 'Lifetime of credentials',
    explanation: 'Of those stored or refreshed from now on; 0: they never end.',
    control: { kind: 'number', unit: 's' },
  },
};
