/** Names are at most so long (databricks-sdk-py 0.162.0 `ServedEntityInput.name`). */
const MAX_NAME = 63;

/** The name that the platform gives an entity: of its model and version. */
export function defaultName(model: string, version: number): string {
  const last = model.split('.').at(-1) ?? '';
  const ending = `-${version}`;
  return `${last.replaceAll(/[^A-Za-z0-9_-]/gu, '-').slice(0, MAX_NAME - ending.length)}${ending}`;
}

/** A name that no entity has: the wanted one, or that with a number. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const ending = `-${number}`;
    const name = `${wanted.slice(0, MAX_NAME - ending.length)}${ending}`;
    if (!taken.includes(name)) return name;
  }
}
