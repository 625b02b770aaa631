// Asks once, in a process whose environment a test has chosen, and tells on stdout what came of it.
import { FetchTransport } from '../../../../src/onna/transport/fetchTransport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { trustedCertificates } from '../../../../src/onna/transport/trustedCertificates.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import type { Outcome, Question } from './askInProcess.ts';

function slots(): readonly unknown[] {
  return [1, 2].map((version): unknown =>
    Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${version}`)),
  );
}

async function ask({ url, way, headers, system }: Question): Promise<Outcome> {
  const origin = new URL(url);
  const transport =
    way === 'fetch'
      ? new FetchTransport(origin)
      : new UndiciTransport(origin, { strictSSL: true, certificates: trustedCertificates({ system }) });
  const before = slots();
  let told: Pick<Outcome, 'text' | 'failure'>;
  try {
    told = { text: await readText(await transport.send({ method: 'GET', url: origin, headers }), 1_000) };
  } catch (error) {
    if (!(error instanceof OnnaError)) throw error;
    told = { failure: error.failure };
  }
  await transport.close();
  return { ...told, slotsKept: slots().every((slot, index) => slot === before[index]) };
}

const outcome = await ask(JSON.parse(process.argv[2] ?? '') as Question);
process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
