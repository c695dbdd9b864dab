import { STORY } from './demo-story.ts';
import { playStory } from './play-story.ts';

playStory({
  name: 'demo',
  about: 'Plays a promotion from staging to prod on an embedded Unity Catalog on this machine.',
  title: 'From staging to prod, on an embedded Unity Catalog',
  seed: 'demo',
  story: STORY,
  next: 'A model of your own: docs/emulator.md',
});
