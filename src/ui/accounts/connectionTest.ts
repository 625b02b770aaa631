import type { Connection } from '../../model/accounts/connection.ts';
import type { Services } from '../services.ts';

/** The outcome of a successful test of a connection. */
export interface ConnectionTest {
  /** The login of the signed-in user. */
  readonly user: string;
  readonly durationMs: number;
  /** The name of the transport, with the host of the proxy if there is one. */
  readonly transport: string;
}

/** Asks the server who is signed in. @throws OnnaError */
export async function testConnection(
  services: Pick<Services, 'client' | 'clients' | 'clock'>,
  connection: Connection,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const { clients, clock } = services;
  const started = clock.now();
  const user = await (await services.client(connection.id)).signedInUser(signal);
  const durationMs = clock.now() - started;
  const { name } = await clients.transport(connection.baseUrl);
  return { user: user ?? connection.user, durationMs, transport: name };
}
