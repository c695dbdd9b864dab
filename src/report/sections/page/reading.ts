import { counted } from '../../../domain/count.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import type {
  AuditSubject,
  ConnectionSubject,
  RightsSubject,
  SearchSubject,
  SignatureSubject,
} from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** A page of an action that only reads: it speaks alike however it ended well. */
function read(object: string, change: string, lead: string, kept: string): Wording {
  const said = { change, lead };
  return { object, done: said, planned: said, nothing: said, kept };
}

/** How a page speaks of a search. */
export function searchWording({ pattern, conditions, found, isOne }: SearchSubject): Wording {
  const asked = conditions.length === 0 ? '' : ` with ${conditions.join(', ')}`;
  const [first] = found ?? [];
  const none = `no version${asked === '' ? '' : ' with these tags'}`;
  if (isOne && first !== undefined)
    return read(
      pattern,
      `version ${first.version}`,
      `Version ${first.version} is the one that was asked for${asked === '' ? '' : `, ${asked.trim()}`}: READY and not on hold.`,
      `version ${first.version} may not be taken`,
    );
  const count = found?.length ?? 0;
  return read(
    pattern,
    count === 0 ? none : counted(count, 'version'),
    count === 0
      ? `Nothing matches${asked}, and allow-none says that this is no fault.`
      : `${counted(count, 'model has', 'models have')} a READY version${asked} that is not on hold.`,
    found === undefined ? 'nothing was found out' : count === 0 ? none : counted(count, 'version'),
  );
}

/** How a page speaks of a signature. */
export function signatureWording(
  { name, version, state, compared }: SignatureSubject,
  { verdict }: Ended,
): Wording {
  const object = version === undefined ? formatFullName(name) : `${formatFullName(name)}/${version}`;
  const broken = compared !== undefined && compared.breaking > 0;
  const kept =
    state === undefined
      ? 'the signature was not seen'
      : state === 'none'
        ? 'no usable signature'
        : state === 'half'
          ? 'half of the signature is missing'
          : broken
            ? `${counted(compared.breaking, 'breaking change')} of the signature`
            : 'the version may not be taken';
  const change = broken
    ? `${counted(compared.breaking, 'breaking change')} of the signature`
    : compared !== undefined && state === 'complete'
      ? 'signature complete, and compared'
      : state === 'complete'
        ? 'signature complete'
        : kept;
  return read(object, change, sentence(verdict), kept);
}

/** How a page speaks of rights. */
export function rightsWording({ object, asked, forbidden }: RightsSubject, { verdict }: Ended): Wording {
  const missing = asked?.missing ?? 0;
  const unknown = asked?.unknown ?? 0;
  const faults = [
    ...(missing === 0 ? [] : [`${counted(missing, 'right')} missing`]),
    ...(unknown === 0 ? [] : [`${counted(unknown, 'right')} not known`]),
    ...(forbidden === undefined || forbidden === 0
      ? []
      : [`${counted(forbidden, 'principal holds', 'principals hold')} what is forbidden`]),
  ];
  const held = [
    ...(asked === undefined ? [] : ['every right is held']),
    ...(forbidden === undefined ? [] : ['nobody else holds it']),
  ];
  const change = faults.length > 0 ? faults.join(', ') : held.join(', ');
  // Held and refused all the same: by another check.
  const kept =
    faults.length > 0
      ? change
      : held.length === 0
        ? 'the rights were not seen'
        : `${change}, and another check refuses`;
  return read(object, change, sentence(verdict), kept);
}

/** How a page speaks of an audit. */
export function auditWording(subject: AuditSubject): Wording {
  const { patterns, errors, warnings, models, aliases, unseen, idle } = subject;
  const found = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ];
  const open = [
    ...(unseen === 0 ? [] : [`${counted(unseen, 'model')} could not be seen`]),
    ...(idle === 0 ? [] : [`${counted(idle, 'line')} of the inputs matched nothing`]),
  ];
  const seen = `${counted(aliases, 'alias', 'aliases')} of ${counted(models, 'model')}`;
  const change = found.length > 0 ? found.join(', ') : open.length > 0 ? open.join(', ') : 'nothing is wrong';
  return read(
    patterns.join(', '),
    change,
    [
      `${seen} ${aliases === 1 ? 'was' : 'were'} looked at${open.length === 0 ? ', and none was left out' : ''}.`,
      ...open.map(sentence),
    ].join(' '),
    found.length + open.length === 0 ? 'the aliases were not seen' : change,
  );
}

/** How a page speaks of a connection. */
export function connectionWording({ method, principal }: ConnectionSubject, { verdict }: Ended): Wording {
  const who = principal === undefined || principal === '' ? '' : ` as ${principal}`;
  const kept =
    principal === undefined ? `not connected by ${method}` : 'signed in, and not everything can be used';
  return read(
    '',
    `signed in${who} by ${method}`,
    `${sentence(verdict)} Everything that was tried works.`,
    kept,
  );
}
