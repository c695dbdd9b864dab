/** Owner and name of a repository, as GitHub's calls take them. */
export function placeOf(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = '', ...more] = repository.split('/');
  if (owner === '' || repo === '' || more.length > 0)
    throw new TypeError(`${repository} is not the owner and the name of a repository.`);
  return { owner, repo };
}
