import { sameSecurable, securableKey, securablePath, type Securable } from '../../domain/privilege.ts';

/** An object and who owns it. */
export interface OwnedObject {
  readonly securable: Securable;
  readonly owner: string;
}

/**
 * Whose owners may change the grants on all of the objects: those that all of them are in, nearest first. Where they have nothing in
 * common, their catalogs, each for what is in it.
 */
export function administeredBy(targets: readonly Securable[]): {
  readonly objects: readonly Securable[];
  readonly isEachForItsOwn: boolean;
} {
  const paths = targets.map(securablePath);
  const [first = [], ...others] = paths;
  const common = first.filter((step) =>
    others.every((path) => path.some((each) => sameSecurable(each, step))),
  );
  if (common.length > 0) return { objects: common, isEachForItsOwn: false };
  const catalogs = paths.flatMap((path) => path.slice(-1));
  const different = new Map(catalogs.map((each) => [securableKey(each), each]));
  return { objects: [...different.values()], isEachForItsOwn: true };
}
