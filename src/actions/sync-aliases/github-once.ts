import { Memo } from '../../domain/once.ts';
import type { GitHub } from '../../github/port.ts';

/** The same GitHub, asked each question once: the pins of one commit, and its approval, are the same for all of them. */
export function askedOnce(github: GitHub): GitHub {
  return {
    ...github,
    listReviews: once((...asked) => github.listReviews(...asked)),
    environment: once((...asked) => github.environment(...asked)),
    listPullRequests: once((...asked) => github.listPullRequests(...asked)),
    listPullReviews: once((...asked) => github.listPullReviews(...asked)),
    commitPeople: once((...asked) => github.commitPeople(...asked)),
    permission: once((...asked) => github.permission(...asked)),
    tree: once((...asked) => github.tree(...asked)),
    blob: once((...asked) => github.blob(...asked)),
    // Where a branch is may change while pins are carried out, and the policy is read there before each.
    branch: (...asked) => github.branch(...asked),
    defaultBranch: once((...asked) => github.defaultBranch(...asked)),
    file: once((...asked) => github.file(...asked)),
  };
}

function once<Asked extends readonly unknown[], T>(
  ask: (...asked: Asked) => Promise<T>,
): (...asked: Asked) => Promise<T> {
  const known = new Memo<T>();
  return (...asked) => known.get(JSON.stringify(asked), () => ask(...asked));
}
