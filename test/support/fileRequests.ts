/**
 * Whether this process is waiting for an operation on a file. On a busy machine, even closing a file takes longer than
 * many turns of the event loop.
 */
export function hasFileRequests(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((resource) => resource.startsWith('FSReq') || resource === 'CloseReq');
}
