import { counted } from '../../../domain/count.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type {
  AuditSubject,
  ConnectionSubject,
  DownloadSubject,
  RightsSubject,
  SearchSubject,
  SignatureSubject,
  ValidationSubject,
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
      `Version ${first.version}${asked} was found. It is READY and not on hold.`,
      `version ${first.version} refused`,
    );
  const count = found?.length ?? 0;
  return read(
    pattern,
    count === 0 ? none : counted(count, 'version'),
    count === 0
      ? `No version was found${asked}. The step passes because allow-none is true.`
      : `${counted(count, 'model has', 'models have')} a READY version${asked} that is not on hold.`,
    found === undefined ? 'no result' : count === 0 ? none : counted(count, 'version'),
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
      ? 'the signature was not read'
      : state === 'none'
        ? 'no usable signature'
        : state === 'half'
          ? 'half of the signature is missing'
          : broken
            ? `${counted(compared.breaking, 'breaking change')} in the signature`
            : 'version refused';
  const change = broken
    ? `${counted(compared.breaking, 'breaking change')} in the signature`
    : compared !== undefined && state === 'complete'
      ? 'signature complete, and compared'
      : state === 'complete'
        ? 'signature complete'
        : kept;
  return read(object, change, sentence(verdict), kept);
}

/** How a page speaks of a validation. */
export function validationWording(
  { name, version, result, status }: ValidationSubject,
  { verdict }: Ended,
): Wording {
  const object = version === undefined ? formatFullName(name) : `${formatFullName(name)}/${version}`;
  const change = result === 'planned' ? 'not validated yet' : 'validation passed';
  const marked = status === undefined ? '' : `, status set to ${show(status, 60)}`;
  return read(
    object,
    change,
    sentence(verdict),
    result === 'refused' ? `validation failed${marked}` : 'not validated',
  );
}

/** How a page speaks of a download. */
export function downloadWording({ name, version, files }: DownloadSubject, { verdict }: Ended): Wording {
  const object = version === undefined ? formatFullName(name) : `${formatFullName(name)}/${version}`;
  const change =
    files === undefined
      ? 'not downloaded'
      : files.kept === files.all
        ? `${counted(files.all, 'file')} already there`
        : `${counted(files.all, 'file')} downloaded`;
  return read(object, change, sentence(verdict), 'not downloaded');
}

/** How a page speaks of rights. */
export function rightsWording({ object, asked, forbidden }: RightsSubject, { verdict }: Ended): Wording {
  const missing = asked?.missing ?? 0;
  const unknown = asked?.unknown ?? 0;
  const faults = [
    ...(missing === 0 ? [] : [`${counted(missing, 'right')} missing`]),
    ...(unknown === 0 ? [] : [`${counted(unknown, 'right')} unknown`]),
    ...(forbidden === undefined || forbidden === 0
      ? []
      : [`${counted(forbidden, 'principal holds', 'principals hold')} a forbidden right`]),
  ];
  const held = [
    ...(asked === undefined ? [] : ['all rights granted']),
    ...(forbidden === undefined ? [] : ['no other holders']),
  ];
  const change = faults.length > 0 ? faults.join(', ') : held.join(', ');
  // Held and refused all the same: by another check.
  const kept =
    faults.length > 0
      ? change
      : held.length === 0
        ? 'the rights were not read'
        : `${change}, but another check failed`;
  return read(object, change, sentence(verdict), kept);
}

/** How a page speaks of an audit. */
export function auditWording(subject: AuditSubject): Wording {
  const { patterns, errors, warnings, notes, models, aliases, unseen, idle } = subject;
  const found = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
    ...(notes === 0 ? [] : [counted(notes, 'note')]),
  ];
  const open = [
    ...(unseen === 0 ? [] : [`${counted(unseen, 'model')} could not be read`]),
    ...(idle === 0 ? [] : [`${counted(idle, 'line')} of the inputs matched nothing`]),
  ];
  const seen = `${counted(aliases, 'alias', 'aliases')} of ${counted(models, 'model')}`;
  const change = found.length > 0 ? found.join(', ') : open.length > 0 ? open.join(', ') : 'no findings';
  return read(
    patterns.join(', '),
    change,
    [
      `${seen} ${aliases === 1 ? 'was' : 'were'} checked${open.length === 0 ? '; none was left out' : ''}.`,
      ...open.map(sentence),
    ].join(' '),
    found.length + open.length === 0 ? 'the aliases were not read' : change,
  );
}

/** How a page speaks of a connection. */
export function connectionWording({ method, principal }: ConnectionSubject, { verdict }: Ended): Wording {
  const who = principal === undefined || principal === '' ? '' : ` as ${principal}`;
  const kept =
    principal === undefined ? `not connected with ${method}` : 'signed in, but not everything is accessible';
  return read('', `signed in${who} with ${method}`, `${sentence(verdict)} Every test passed.`, kept);
}
