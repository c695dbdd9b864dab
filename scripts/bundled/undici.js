/**
 * Stands in the bundle for `undici`: the three classes that src/http/transport.ts takes of it, with their ways to send a
 * request. The whole package has WebSocket, mocks, caches and more, all of which every start would have to compile.
 * test/generated/bundle.test.ts holds that these are the package's own.
 */
import api from '../../node_modules/undici/lib/api/index.js';
import Agent from '../../node_modules/undici/lib/dispatcher/agent.js';
import Dispatcher from '../../node_modules/undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from '../../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from '../../node_modules/undici/lib/dispatcher/pool.js';

// As the package's index.js does.
Object.assign(Dispatcher.prototype, api);

export { Agent, EnvHttpProxyAgent, Pool };
