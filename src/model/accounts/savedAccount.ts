import * as v from 'valibot';

const savedSchema = v.object({
  version: v.literal(1),
  baseUrl: v.string(),
  container: v.string(),
  account: v.string(),
  user: v.string(),
  /** Absent for a pasted token, which can't be renewed. */
  password: v.optional(v.string()),
  token: v.string(),
});

/** An account as stored in SecretStorage. */
export type SavedAccount = v.InferOutput<typeof savedSchema>;

/** Parses a saved account. Undefined if `text` is not an account, or if a newer version of the extension wrote it. */
export function parseSavedAccount(text: string): SavedAccount | undefined {
  try {
    const parsed = v.safeParse(savedSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
