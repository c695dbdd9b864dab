import { mutationsOf, type Mutation } from './mutation.ts';

/** Wrong rules in what the gate reads and decides. */
export const GATE_MUTATIONS: readonly Mutation[] = [
  ...mutationsOf('src/policy/grants/privileges.ts', [
    [
      'ALL PRIVILEGES contains MANAGE',
      "return needed !== 'MANAGE' && !needed.startsWith('EXTERNAL_USE_');",
      "return !needed.startsWith('EXTERNAL_USE_');",
    ],
    [
      'ALL PRIVILEGES contains nothing',
      "return needed !== 'MANAGE' && !needed.startsWith('EXTERNAL_USE_');",
      'return false;',
    ],
    [
      'the owner of a model may not execute it',
      "['EXECUTE', { grantedOn: ALL, actsOn: FUNCTION }]",
      "['EXECUTE', { grantedOn: ALL, actsOn: [] }]",
    ],
    [
      'the owner of a schema may not create models',
      "['CREATE_MODEL', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }]",
      "['CREATE_MODEL', { grantedOn: FROM_SCHEMA, actsOn: [] }]",
    ],
    [
      'the owner of a model does not hold APPLY TAG',
      "['APPLY_TAG', { grantedOn: ALL, actsOn: ALL }]",
      "['APPLY_TAG', { grantedOn: ALL, actsOn: [] }]",
    ],
    [
      'the owner of a model does not hold CREATE MODEL VERSION',
      "['CREATE_MODEL_VERSION', { grantedOn: ALL, actsOn: FUNCTION }]",
      "['CREATE_MODEL_VERSION', { grantedOn: ALL, actsOn: [] }]",
    ],
    [
      'the owner of a schema may not use it',
      "['USE_SCHEMA', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }]",
      "['USE_SCHEMA', { grantedOn: FROM_SCHEMA, actsOn: [] }]",
    ],
  ]),
  ...mutationsOf('src/policy/grants/held.ts', [
    [
      'grants are inherited in an old metastore',
      "if (evidence.facts.inheritance === 'no') return 'no';",
      "if (evidence.facts.inheritance === 'no') return 'yes';",
    ],
    [
      'owners of parents do not manage what is below',
      'return [...securablePath(right.securable), ...metastoresOf(evidence)];',
      'return [right.securable];',
    ],
    [
      'owners of parents hold data privileges below',
      'return ownerHolds(right.privilege, right.securable.type) ? [right.securable] : [];',
      'return securablePath(right.securable);',
    ],
    [
      'grants to groups do not count',
      'return through === undefined ? [] : [{ ...grant, through }];',
      "return through !== 'self' ? [] : [{ ...grant, through }];",
    ],
    [
      'groups do not own',
      'if (owner === undefined || through === undefined) return [];',
      "if (owner === undefined || through !== 'self') return [];",
    ],
  ]),
  ...mutationsOf('src/policy/grants/required.ts', [
    [
      'to read needs APPLY TAG',
      "return [need(securable, 'EXECUTE', words)];",
      "return [need(securable, 'APPLY_TAG', words)];",
    ],
    ['nothing needs USE SCHEMA', "    need(schemaSecurable(model), 'USE_SCHEMA', words),\n", ''],
    ['nothing needs USE CATALOG', "    need(catalogSecurable(model), 'USE_CATALOG', words),\n", ''],
    [
      'CREATE FUNCTION does not create models',
      "    { securable: schema, privilege: 'CREATE_FUNCTION' },\n",
      '',
    ],
    [
      'MANAGE certainly creates no versions',
      "return [need(securable, 'CREATE_MODEL_VERSION', words, [owner, manage])];",
      "return [need(securable, 'CREATE_MODEL_VERSION', words, [owner])];",
    ],
    [
      'MANAGE certainly moves no aliases',
      'return [need(securable, OWNERSHIP, words, [manage])];',
      'return [need(securable, OWNERSHIP, words)];',
    ],
    [
      'a rename does not need CREATE MODEL',
      "        need(schema, 'CREATE_MODEL', words, [createFunction]),\n",
      '',
    ],
    [
      'CREATE FUNCTION certainly renames nothing',
      "need(schema, 'CREATE_MODEL', words, [createFunction]),",
      "need(schema, 'CREATE_MODEL', words),",
    ],
    [
      'MANAGE certainly does what an owner may',
      "const manage: AlternativeRight = { securable, privilege: 'MANAGE', unconfirmed: MANAGE_ALONE };",
      "const manage: AlternativeRight = { securable, privilege: 'MANAGE' };",
    ],
    [
      'only owners change grants',
      "return [need(securable, 'MANAGE', words, [owner])];",
      'return [need(securable, OWNERSHIP, words)];',
    ],
  ]),
  ...mutationsOf('src/policy/grants/subject.ts', [
    [
      'account users are nobody',
      "return name.toLowerCase() === EVERYBODY ? 'everybody' : undefined;",
      'return undefined;',
    ],
    [
      'a group that may contain the principal does not',
      'return mayBeGroup && !subject.groupsKnown && !subject.strangeGroups.includes(name);',
      'return false;',
    ],
    [
      'a nested group leaves nothing open',
      "const isOpen = us.id === undefined || members?.every(({ kind }) => kind === 'person') !== true;",
      'const isOpen = false;',
    ],
    [
      'a group of the workspace alone is the one of the account that has its name',
      'const groups = [...new Set([...shown,',
      'const groups = [...new Set([...listed, ...shown,',
    ],
    [
      'the direct groups are all groups',
      'const groupsKnown = facts.onlyUsers === true || (isCaller && facts.groupsIncomplete !== true);',
      'const groupsKnown = true;',
    ],
  ]),
  ...mutationsOf('src/policy/grants/doubts.ts', [
    ['no policy grants', 'policy.privileges.includes(right.privilege) &&', 'false &&'],
    [
      'owners of parents certainly need USE CATALOG and USE SCHEMA',
      'return [...owned, ...ownerDoubts(evidence, above)];',
      'return [];',
    ],
    [
      'a group that owns certainly does not contain the principal',
      'return mayContain(subject, owner) ? [maybeTheirs(owner, `owns ${what}`, subject)] : [];',
      'return [];',
    ],
  ]),
  ...mutationsOf('src/policy/grants/doubts.ts', [
    [
      'whatever is not seen is missing',
      'return { paths, doubts: isRefused ? [] : doubtsAbout(evidence, right) };',
      'return { paths, doubts: [] };',
    ],
  ]),
  ...mutationsOf('src/policy/grants/judge.ts', [
    [
      'what is unconfirmed is enough',
      'right.alternatives.filter((each) => each.unconfirmed === undefined)',
      'right.alternatives',
    ],
    [
      'what is unconfirmed is missing',
      'return doubts.length === 0 && maybe.length === 0',
      'return doubts.length === 0',
    ],
  ]),
  ...mutationsOf('src/policy/grants/remedy.ts', [
    [
      'a statement that gives one of several rights is enough',
      'if (rights.every((right) => isHeld(right, after))) least.delete(remedy);',
      'if (rights.length > 0) least.delete(remedy);',
    ],
    [
      'owner changes are not among the requests',
      'return [...grantRequests(given, evidence), ...owners];',
      'return grantRequests(given, evidence);',
    ],
  ]),
  ...mutationsOf('src/policy/grants/holders.ts', [
    [
      'who holds by a grant is no holder',
      '...coveringGrants(evidence, right).map((grant) => holder(grant.principal, grant.privilege, grant.on)),',
      '',
    ],
    [
      'who owns is no holder',
      'return owner === undefined ? [] : [holder(owner, OWNERSHIP, on)];',
      'return [];',
    ],
  ]),
  ...mutationsOf('src/policy/grants/groups.ts', [
    ['a group in a listed group is refused', "if (isNested) return 'member';", ''],
    ['members of nested groups are not looked at', '} else found.set(member.id, nested);', '}'],
  ]),
  ...mutationsOf('src/policy/grants/judged-holder.ts', [
    [
      'who is listed is refused',
      "if (letIn !== undefined && !isNamesake) return { ...expanded, state: 'excepted'",
      "if (false) return { ...expanded, state: 'excepted'",
    ],
  ]),
  ...mutationsOf('src/policy/grants/forbidden.ts', [
    [
      'a forbidden owner stays',
      'requests: [...requests.values(), ...ownerChanges.flatMap(({ request }) => request ?? [])],',
      'requests: [...requests.values()],',
    ],
  ]),
  ...mutationsOf('src/registry/databricks/grant-commands.ts', [
    ['what is to be revoked is granted', 'remove: [privilege]', 'add: [privilege]'],
    ['of several privileges the first is granted', 'add: privileges }', 'add: privileges.slice(0, 1) }'],
  ]),
  ...mutationsOf('src/facts/grants/read.ts', [
    ['refused rows are none', "if (lists.some((list) => 'unreadable' in list)) refused = true;", ''],
  ]),
  ...mutationsOf('src/facts/grants/second-look.ts', [
    [
      'rows that a filter may leave out are not asked for',
      'const needsNames = decision.isCaller && !sawGroups(facts);',
      'const needsNames = false;',
    ],
  ]),
];
