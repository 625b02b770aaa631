import type { SwitchBoard, Switches } from '../switches/switchBoard.ts';
import type { Answer } from '../http/answer.ts';
import { authServerDown, expiredToken, plainFault, serverError, writeConflict } from '../http/refusals.ts';

/** Fails this request if a burst is active. @throws Refusal */
export function failByBurst(switches: SwitchBoard, path: string, login: string | undefined): void {
  const failure = switches.takeFailure(path, login);
  if (!failure) return;
  const { status, retryAfterSeconds } = failure;
  switch (status) {
    case 401:
      throw expiredToken();
    case 409:
      throw writeConflict();
    case 424:
      throw authServerDown(retryAfterSeconds);
    case 500:
      throw serverError().refusal;
    default:
      throw plainFault(status, retryAfterSeconds);
  }
}

const page = '<!doctype html><html><head><title>Sign in</title></head><body><h1>Gateway</h1></body></html>';

/** Replaces the JSON of a 200 answer if the switch `jsonBodies` is set. */
export function spoilBody({ jsonBodies }: Switches, answer: Answer): Answer {
  if (jsonBodies === 'normal' || answer.body.kind !== 'json' || answer.status !== 200) return answer;
  if (jsonBodies === 'html') {
    return { ...answer, headers: { 'content-type': 'text/html' }, body: { kind: 'text', text: page } };
  }
  const whole = JSON.stringify(answer.body.value);
  return {
    ...answer,
    headers: { 'content-type': 'application/json' },
    body: { kind: 'text', text: whole.slice(0, Math.floor(whole.length / 2)) },
  };
}
