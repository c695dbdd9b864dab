import { describe, expect, test } from 'vitest';
import type { Directory } from '../../../src/registry/port.ts';
import { serve } from '../../http/client-bench.ts';
import { registryAt } from '../registry-bench.ts';

/** The directory of a workspace that answers every list with all it has, whatever the filter. */
async function directoryOf(responses: Readonly<Record<string, unknown>>): Promise<Directory> {
  const url = await serve((request, response) => {
    const list = new URL(request.url ?? '', 'http://workspace').pathname.split('/scim/v2/')[1] ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(responses[list] ?? { Resources: [] }));
  });
  const { directory } = await registryAt(url);
  if (directory === undefined) throw new Error('there is no directory');
  return directory;
}

const member = { value: '1', display: 'Eve', $ref: 'Users/1' };
const group = (id: string, resourceType?: string) => ({
  id,
  displayName: 'ml-deployers',
  members: [member],
  ...(resourceType === undefined ? {} : { meta: { resourceType } }),
});

describe('groups', () => {
  test('one of the workspace alone is no group that a grant names', async () => {
    const local = group('8', 'WorkspaceGroup');
    const directory = await directoryOf({ Groups: { Resources: [local] }, 'Groups/8': local });
    expect(await directory.findGroup('ml-deployers')).toBeUndefined();
    expect(await directory.getGroup('8')).toBeUndefined();
  });

  test.each([['Group'], [undefined]])(
    'one of the account counts (%s), also behind its namesake',
    async (type) => {
      const directory = await directoryOf({
        Groups: { Resources: [group('8', 'WorkspaceGroup'), group('9', type)] },
      });
      expect((await directory.findGroup('ml-deployers'))?.id).toBe('9');
    },
  );
});

describe('people', () => {
  const users = {
    Users: {
      Resources: [
        { id: '1', userName: 'Eve@example.com' },
        { id: '2', userName: 'ann@example.com' },
      ],
    },
  };
  const services = {
    ServicePrincipals: {
      Resources: [
        { id: '3', applicationId: 'app-1' },
        { id: '4', applicationId: 'app-2' },
      ],
    },
  };

  test('the one of that name, and nobody who merely stands first', async () => {
    const directory = await directoryOf({ ...users, ...services });
    expect(await directory.findPerson('ANN@example.com')).toBe('2');
    expect(await directory.findPerson('app-2')).toBe('4');
    expect(await directory.findPerson('nobody@example.com')).toBeUndefined();
  });
});
