import { seedDemo } from '../emulator/seeds/demo.ts';
import { PROD } from './demo-story.ts';
import { DRILL } from './drill-story.ts';
import { playStory } from './play-story.ts';

playStory({
  name: 'drill',
  about: 'Plays a night with a bad model in prod, on an embedded Unity Catalog on this machine.',
  title: 'A bad model is live, on an embedded Unity Catalog',
  seed: (metastore) => {
    seedDemo(metastore);
    metastore.setTags(PROD, { validation_status: 'approved' }, 1);
  },
  story: DRILL,
  next: 'The page for the night: docs/rollback.md',
});
