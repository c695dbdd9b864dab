import { invalid } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { Json } from './state.ts';

/** How a secret is named instead of written out. */
const REFERENCE = /^\{\{secrets\/[^/{}]+\/[^/{}]+\}\}$/;

/** The ending of a member that has the secret itself. */
const PLAIN = '_plaintext';

/** Members of the provider's part that are secrets. */
const SECRET = /(?:_key|_secret|_token|_private_key)$/;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks a model of another provider: its secrets are references, or plain text in a member of its own. */
export function checkExternal(model: unknown, entity: unknown): void {
  if (entity !== undefined) throw invalid('A served entity has either an entity_name or an external_model.');
  if (!isJson(model)) throw invalid('external_model must be an object.');
  for (const field of ['provider', 'name', 'task']) {
    if (typeof model[field] !== 'string') throw invalid(`external_model needs ${field}.`);
  }
  const configs = Object.entries(model).filter(([field]) => field.endsWith('_config'));
  const [[field, config] = ['', undefined], ...others] = configs;
  if (!isJson(config) || others.length > 0) throw invalid('external_model needs the config of one provider.');
  const secrets = Object.keys(config)
    .map((name) => name.replace(PLAIN, ''))
    .filter((name) => SECRET.test(name));
  if (secrets.length === 0) {
    throw invalid(
      `You must provide a key in ${field}: a reference to a secret, or its field ending in _plaintext.`,
    );
  }
  for (const name of secrets) {
    const reference = config[name];
    if (reference !== undefined && config[`${name}${PLAIN}`] !== undefined) {
      throw invalid(`Only one of ${name} and ${name}${PLAIN} can be given.`);
    }
    if (reference !== undefined && !(typeof reference === 'string' && REFERENCE.test(reference))) {
      throw invalid(`${name} must be a reference of the form {{secrets/scope/key}}.`);
    }
  }
}

/** A model of another provider as a read shows it: no secret in plain text, by switch a reference in its place. */
export function externalRead({ switches }: CallContext, model: unknown): unknown {
  if (!isJson(model)) return model;
  return Object.fromEntries(
    Object.entries(model).map(([field, value]) => {
      if (!field.endsWith('_config') || !isJson(value)) return [field, value];
      const shown = Object.entries(value).flatMap(([name, each]) => {
        if (!name.endsWith(PLAIN)) return [[name, each]];
        const secret = name.slice(0, -PLAIN.length);
        return switches.servingPlaintextSecrets === 'reference'
          ? [[secret, `{{secrets/serving/${secret}}}`]]
          : [];
      });
      return [field, Object.fromEntries(shown)];
    }),
  );
}
