/** States of the pins of the demo's model that are files beside this one, named from the root of the repository. */
type State = 'before' | 'both' | 'copied' | 'moved' | 'neither' | 'none' | 'unsigned' | 'wrong';

/** The inputs by which an action makes the demo's alias follow its pin from one state to another; `folder` has their files. */
export function following(
  after: State,
  before: State = 'before',
  folder = 'bench/pins',
): Record<string, string> {
  return {
    pins: `${folder}/${after}.yml`,
    'base-pins': `${folder}/${before}.yml`,
    'approval-review': 'false',
  };
}
