/** A CPU profile in the .cpuprofile format. Times are in µs. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** @returns the time in our extension's code and in the functions that it calls, in ms */
export function cpuOfExtension(json: string): number {
  const { nodes, samples, timeDeltas } = JSON.parse(json) as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const counted = new Set<number>();
  const count = (id: number): void => {
    counted.add(id);
    for (const child of byId.get(id)?.children ?? []) if (!counted.has(child)) count(child);
  };
  for (const { id, callFrame } of nodes) if (callFrame.url.includes('/onna-datasources.')) count(id);
  let total = 0;
  for (const [index, id] of samples.entries()) if (counted.has(id)) total += timeDeltas[index] ?? 0;
  return total / 1_000;
}
