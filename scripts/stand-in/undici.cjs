/**
 * Stands in the bundle for `undici`: the classes that src/http/transport.ts and @actions/http-client take of it, each the
 * package's own and evaluated when it is first asked for, and Node's own `fetch`, for @actions/github: Octokit gets it and
 * never calls it, since our client sends what Octokit asks (src/github/octokit.ts). @actions/core imports
 * @actions/http-client in every start, and no start needs any of this; the whole package has WebSocket, mocks, caches and
 * more. test/generated/bundle.test.ts holds that nothing in the bundle takes more of undici than is here.
 */
const parts = {
  Agent: () => dispatcher(require('../../node_modules/undici/lib/dispatcher/agent.js')),
  EnvHttpProxyAgent: () =>
    dispatcher(require('../../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js')),
  Pool: () => dispatcher(require('../../node_modules/undici/lib/dispatcher/pool.js')),
  ProxyAgent: () => dispatcher(require('../../node_modules/undici/lib/dispatcher/proxy-agent.js')),
  fetch: () => globalThis.fetch,
};

/** A class whose instances send requests: their methods are put onto the base class, as the package's index.js does. */
function dispatcher(agent) {
  const base = require('../../node_modules/undici/lib/dispatcher/dispatcher.js');
  Object.assign(base.prototype, require('../../node_modules/undici/lib/api/index.js'));
  return agent;
}

for (const [name, get] of Object.entries(parts))
  Object.defineProperty(exports, name, { enumerable: true, get });
