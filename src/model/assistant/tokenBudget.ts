/** The number of tokens that a result may have. A token is the unit in which a model reads text. */
export interface TokenBudget {
  readonly tokens: number;
  count(text: string): number | PromiseLike<number>;
}

/** The budget for clients that do not set one. */
export const usualBudget: TokenBudget = { tokens: 8_000, count: estimateTokens };

/** Estimates the number of tokens: four ASCII characters have about one token, every other character has one. */
export function estimateTokens(text: string): number {
  const others = text.replaceAll(/[ -~\s]/g, '').length;
  return Math.ceil((text.length - others) / 4) + others;
}

/** Maximum number of attempts. Each one counts the tokens of the whole text. */
const maxAttempts = 8;

/**
 * Finds the largest part of a result that is within the budget.
 * @param whole The size of the whole result, such as its number of rows or characters.
 * @param render Renders the first `size` units.
 * @returns The text, and the number of units in it.
 */
export async function largestWithin(
  budget: TokenBudget,
  whole: number,
  render: (size: number) => string,
): Promise<{ readonly text: string; readonly size: number }> {
  let size = whole;
  let text = render(size);
  for (let attempt = 0; attempt < maxAttempts && size > 0; attempt++) {
    const count = await budget.count(text);
    if (count <= budget.tokens) return { text, size };
    // A little less than the proportional part, because the frame around the units does not shrink.
    size = attempt === maxAttempts - 1 ? 0 : Math.floor(((size * budget.tokens) / count) * 0.9);
    text = render(size);
  }
  return { text, size };
}
