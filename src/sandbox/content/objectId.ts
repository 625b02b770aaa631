/**
 * Checks an id against the framework's rules (docs/onna-api.md §4).
 * @returns The problem, or undefined if the id is valid.
 */
export function idProblem(id: string): string | undefined {
  if (id === '' || id === '.' || id === '..') return `'${id}' is not a valid id`;
  if (/^[_@]/.test(id)) return 'An id must not start with _ or @';
  if (!/^[0-9a-z.\-_@$^()+ =]+$/i.test(id))
    return 'An id can contain only letters, digits, spaces and . - _ @ $ ^ ( ) + =';
  // The framework has no length limit. The sandbox has one to keep paths short.
  return id.length > 200 ? 'An id can have a maximum of 200 characters' : undefined;
}
