/** The framework's id rules (docs/onna-api.md §4). @returns Why `id` can't be one; undefined when it can. */
export function idProblem(id: string): string | undefined {
  if (id === '' || id === '.' || id === '..') return `'${id}' is not an id`;
  if (/^[_@]/.test(id)) return 'An id does not start with _ or @';
  if (!/^[0-9a-z.\-_@$^()+ =]+$/i.test(id))
    return 'An id has only letters, digits and . - _ @ $ ^ ( ) + = or space';
  // No rule of the framework, but a path has to end somewhere.
  return id.length > 200 ? 'An id has 200 characters at most' : undefined;
}
