import type { Advice } from '../domain/errors.ts';
import { asciiLiteral } from '../domain/literal.ts';
import type { IdClaims } from './id-token.ts';
import { boundToWorkflow } from './workflow-subject.ts';

/** What a reader needs who is to write the policy that accepts an ID token. */
export interface RefusedIdToken {
  readonly claims: IdClaims;
  /** Audiences that the host takes when a policy names none; empty when it does not say. */
  readonly defaultAudiences: readonly string[];
  /** Application id; absent: the policy is one of the whole account. */
  readonly clientId?: string;
  readonly repository: { readonly id?: string; readonly ownerId?: string };
  /** `https://host[:port]`: what is printed names it by {@link HOST_VARIABLE}, since a log must not. */
  readonly origin?: string;
}

/** Stands for the name of the host in a printed command, which has to work though nothing printed names the host. */
const HOST_VARIABLE = 'WORKSPACE_HOST';

/** The first sentence of every refused exchange. */
export const FEDERATION_FIX =
  'No federation policy accepts this ID token. Have an account admin run the printed "databricks account … federation-policy create"; it contains the issuer, subject and audience that were sent.';

/** Why Databricks may have refused an ID token, and the command that would make it accept this one (auth-and-http §5.3). */
export function federationAdvice(refused: RefusedIdToken): Advice[] {
  const { claims, defaultAudiences, clientId } = refused;
  const json = policyWord(refused);
  return [
    {
      kind: 'points',
      items: [
        ...claimPoints(claims),
        `audiences that the host accepts by default: ${defaultAudiences.join(', ') || 'not stated'}`,
        'A policy must match the issuer and the subject exactly, and one of its audiences; without audiences, it accepts only the account id. Use the input audience to request another.',
        ...subjectPoints(refused),
      ],
    },
    { kind: 'command', text: policyCommand(refused) },
    ...pointsAfter([
      ...(clientId === undefined
        ? []
        : ['SERVICE_PRINCIPAL_ID is the number that the first command prints, not the application id.']),
      ...(json.includes(`$${HOST_VARIABLE}`)
        ? [
            `First set the shell variable ${HOST_VARIABLE} to the name of the host, without https:// and without a slash. Or set the input audience to the account id; then the policy needs no audience.`,
          ]
        : []),
    ]),
    ...workflowAdvice(refused),
  ];
}

/** The command that makes the policy; that of a service principal needs its number, which another command prints. */
function policyCommand(refused: RefusedIdToken): string {
  const json = policyWord(refused);
  return refused.clientId === undefined
    ? `databricks account federation-policy create --json ${json}`
    : `databricks account service-principals list --filter 'applicationId eq "${idWord(refused.clientId)}"'\ndatabricks account service-principal-federation-policy create SERVICE_PRINCIPAL_ID --json ${json}`;
}

/** How to accept this workflow only: a policy of the whole account matches by user, and has no subject to bind. */
function workflowAdvice(refused: RefusedIdToken): Advice[] {
  const bound = refused.clientId === undefined ? undefined : boundToWorkflow(refused.claims);
  if (bound === undefined) return [];
  const claims = { ...refused.claims, subject: bound.subject };
  return [
    {
      kind: 'points',
      items: [
        'That policy accepts any workflow of the repository with this subject. To accept this workflow only, have GitHub put it into the subject, which changes the subject of every job of the repository, and make this policy in its place:',
      ],
    },
    { kind: 'command', text: `${bound.command}\n${policyCommand({ ...refused, claims })}` },
  ];
}

function pointsAfter(items: readonly string[]): Advice[] {
  return items.length === 0 ? [] : [{ kind: 'points', items }];
}

/** The policy that accepts an ID token, as one word of a shell. */
function policyWord({ claims, clientId, origin }: RefusedIdToken): string {
  const audiences = claims.audiences.map((audience) => audienceText(audience, origin)).join(',');
  const who = clientId === undefined ? { subject_claim: 'sub' } : { subject: claims.subject };
  const rest = quotedText(who).slice(1);
  return `'{"oidc_policy":{"issuer":${quotedText(claims.issuer)},"audiences":[${audiences}],${rest}}'`;
}

/** An audience between single quotes; one that is an address on the host has the variable in place of its name. */
function audienceText(audience: string, origin: string | undefined): string {
  const text = quotedText(audience);
  if (origin === undefined) return text;
  const { host } = new URL(origin);
  const [before = '"'] = /^"(?:https?:\/\/)?/u.exec(text) ?? [];
  const after = text.slice(before.length + host.length);
  return text.startsWith(host, before.length) && /^[/"]/u.test(after)
    ? `${before}'"$${HOST_VARIABLE}"'${after}`
    : text;
}

/** The same for a credential of Microsoft Entra (auth-and-http §5.7). */
export function entraAdvice(refused: RefusedIdToken): Advice[] {
  const { claims, clientId } = refused;
  const json = quoted({
    name: 'github-actions',
    issuer: claims.issuer,
    subject: claims.subject,
    audiences: claims.audiences,
  });
  return [
    { kind: 'points', items: [...claimPoints(claims), ...subjectPoints(refused)] },
    {
      kind: 'command',
      text: `az ad app federated-credential create --id ${idWord(clientId)} --parameters ${json}`,
    },
  ];
}

/** An application id as it stands in a command, or what stands for one: anything else could be read as another one. */
function idWord(clientId: string | undefined): string {
  return clientId !== undefined && /^\w[\w-]*$/u.test(clientId) ? clientId : 'CLIENT_ID';
}

function claimPoints({ issuer, subject, audiences }: IdClaims): string[] {
  return [`iss: ${issuer}`, `sub: ${subject}`, `aud: ${audiences.join(', ') || 'none'}`];
}

const GITHUB_SUBJECT = /^repo:([^/@:]+)(?:@(\d+))?\/([^/@:]+)(?:@(\d+))?:(.*)$/u;

/** GitHub writes a subject in two forms: by names, and for repositories since 2026-07-15 with numeric ids. */
function subjectPoints({ claims, repository }: RefusedIdToken): string[] {
  const match = GITHUB_SUBJECT.exec(claims.subject);
  if (match === null) return [];
  const [, owner = '', ownerId = repository.ownerId, name = '', id = repository.id, context = ''] = match;
  const old = `repo:${owner}/${name}:${context}`;
  const immutable = `repo:${owner}@${ownerId ?? 'OWNER-ID'}/${name}@${id ?? 'REPOSITORY-ID'}:${context}`;
  return [
    `GitHub writes subjects with names (${old}) or, for repositories that were created, renamed or transferred after 2026-07-15 or that opted in, with ids (${immutable}). A policy in the other form does not match.`,
    'A job with an environment sends :environment:NAME instead of :ref:….',
  ];
}

/** JSON in ASCII, as one word of a shell. */
function quoted(value: unknown): string {
  return `'${quotedText(value)}'`;
}

/** The same without the single quotes around it. */
function quotedText(value: unknown): string {
  return asciiLiteral(value).replaceAll("'", "'\\''");
}
