import { runPost } from './index.js';
runPost();
