import { run } from './index.js';
await run('set-alias');
