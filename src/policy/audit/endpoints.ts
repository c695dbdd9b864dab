import { counted } from '../../domain/count.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import { versionsText } from '../alias/effects.ts';
import type { AuditFamily } from './family.ts';
import { aliasPlace, aliasSubject, type AuditFinding } from './finding.ts';
import type { AuditedModel, ServingEndpointSeen } from './model.ts';

/** Endpoints that an alias has left behind: they do not follow aliases. */
export const ENDPOINTS: AuditFamily = {
  kinds: [
    {
      code: 'endpoint-behind',
      severity: 'warning',
      meaning:
        'a serving endpoint that the caller can see sends requests to versions of the model, and to none that an alias of it names (a version that is kept without requests counts only where no other one of the model gets any): one finding an endpoint, with the alias if one alias of the model is audited',
      cause: 'The alias was moved, and endpoints do not follow aliases.',
      fix: 'Update the endpoint with `update-serving`, or set an alias on the version that it serves.',
    },
  ],
  find: (model) => {
    const named = new Set(model.aliases.map(({ version }) => version));
    if (model.audited.length === 0) return [];
    return (model.endpoints ?? [])
      .filter(({ versions }) => versions.every((version) => !named.has(version)))
      .map((endpoint) => behind(endpoint, model));
  },
};

function behind({ endpoint, versions }: ServingEndpointSeen, { name, audited }: AuditedModel): AuditFinding {
  const [first, ...more] = audited;
  const only = more.length === 0 ? first : undefined;
  const names =
    only === undefined
      ? `none of the ${counted(audited.length, 'audited alias', 'audited aliases')} of ${formatFullName(name)} names`
      : `${aliasSubject(name, only.alias.alias)} names ${only.alias.version}`;
  const served = `the endpoint ${show(endpoint, 80)} serves ${versionsText(versions)}`;
  return {
    ...(only === undefined ? { model: formatFullName(name) } : aliasPlace(name, only.alias)),
    code: 'endpoint-behind',
    severity: 'warning',
    message: only === undefined ? `${capital(served)}, which ${names}.` : `${names}, but ${served}.`,
    fix: 'Update the endpoint with update-serving, or set an alias on the version that it serves.',
  };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
