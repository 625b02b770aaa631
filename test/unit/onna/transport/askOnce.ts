// Sends one request and writes the outcome to stdout. Each test starts this program with its own environment variables.
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

async function send({ url, via, headers, system }: Question): Promise<Outcome> {
  const origin = new URL(url);
  const transport =
    via === 'fetch'
      ? new FetchTransport(origin)
      : new UndiciTransport(origin, { strictSSL: true, certificates: trustedCertificates({ system }) });
  const before = slots();
  let result: Pick<Outcome, 'text' | 'failure'>;
  try {
    result = { text: await readText(await transport.send({ method: 'GET', url: origin, headers }), 1_000) };
  } catch (error) {
    if (!(error instanceof OnnaError)) throw error;
    result = { failure: error.failure };
  }
  await transport.close();
  return { ...result, slotsKept: slots().every((slot, index) => slot === before[index]) };
}

const outcome = await send(JSON.parse(process.argv[2] ?? '') as Question);
process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
