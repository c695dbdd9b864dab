/**
 * Stands in the bundle for `undici`: the classes that src/http/transport.ts and @actions/http-client take of it, and the
 * function that @actions/github takes, each the package's own and evaluated when it is first asked for. @actions/core
 * imports @actions/http-client in every start, and no start needs any of this; the whole package has WebSocket, mocks,
 * caches and more, with which the bundle would pass 3.6 MB. test/generated/bundle.test.ts holds that nothing in the
 * bundle takes more of undici than is here.
 */
const parts = {
  Agent: () => dispatcher(require('../../node_modules/undici/lib/dispatcher/agent.js')),
  EnvHttpProxyAgent: () =>
    dispatcher(require('../../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js')),
  Pool: () => dispatcher(require('../../node_modules/undici/lib/dispatcher/pool.js')),
  ProxyAgent: () => dispatcher(require('../../node_modules/undici/lib/dispatcher/proxy-agent.js')),
  fetch: () => require('../../node_modules/undici/lib/web/fetch/index.js').fetch,
};

/** A class whose instances send requests: their methods are put onto the base class, as the package's index.js does. */
function dispatcher(agent) {
  const base = require('../../node_modules/undici/lib/dispatcher/dispatcher.js');
  Object.assign(base.prototype, require('../../node_modules/undici/lib/api/index.js'));
  return agent;
}

for (const [name, get] of Object.entries(parts))
  Object.defineProperty(exports, name, { enumerable: true, get });
