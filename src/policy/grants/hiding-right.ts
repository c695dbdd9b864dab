import { sameSecurable, securablePath, type Securable } from '../../domain/privilege.ts';
import type { JudgedRight } from './remedy.ts';

/** Without them nothing below a catalog or schema is shown (Databricks documentation, privileges of Unity Catalog). */
const OPENS: readonly string[] = ['USE_CATALOG', 'USE_SCHEMA'];

/**
 * The right whose lack may hide a securable that the registry says does not exist: one to use a parent which exists,
 * and which is certainly missing. A registry may respond the same for what it hides and for what is not there.
 */
export function hidingRight(
  absent: Securable,
  decisions: readonly { readonly rights: readonly JudgedRight[] }[],
): JudgedRight | undefined {
  const parents = securablePath(absent).slice(1);
  return decisions
    .flatMap(({ rights }) => rights)
    .find(
      (judged) =>
        judged.state === 'missing' &&
        judged.remedy !== undefined &&
        OPENS.includes(judged.right.privilege) &&
        parents.some((parent) => sameSecurable(parent, judged.right.securable)),
    );
}
