/** States of the pins of the demo's model that are files beside this one, relative to the root of the repository. */
type State = 'before' | 'both' | 'copied' | 'moved' | 'neither' | 'none' | 'unsigned' | 'wrong';

/** The inputs by which an action makes the demo's alias follow its pin from one state to another. */
export function following(after: State, before: State = 'before'): Record<string, string> {
  return {
    pins: `bench/pins/${after}.yml`,
    'base-pins': `bench/pins/${before}.yml`,
    'approval-review': 'false',
  };
}
