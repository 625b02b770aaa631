import type { CredentialSource } from '../../src/ui/tree/rowSource.ts';

/** A double without data: no credentials must be renewed. */
export const noCredentials: CredentialSource = {
  wallet: {
    due: () => [],
    find: () => undefined,
    shown: () => undefined,
    onDidChange: () => ({ dispose: () => undefined }),
  },
  renewals: { isFresh: () => false, onDidRenew: () => ({ dispose: () => undefined }) },
};
