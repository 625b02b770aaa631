/** Checks the framework's id rules (docs/onna-api.md §4). @returns The problem, or undefined. */
export function idProblem(id: string): string | undefined {
  if (id === '' || id === '.' || id === '..') return `'${id}' is not an id`;
  if (/^[_@]/.test(id)) return 'An id does not start with _ or @';
  if (!/^[0-9a-z.\-_@$^()+ =]+$/i.test(id))
    return 'An id has only letters, digits and . - _ @ $ ^ ( ) + = or space';
  // This limit is not a rule of the framework, but keeps paths at a sane length.
  return id.length > 200 ? 'An id can have a maximum of 200 characters' : undefined;
}
