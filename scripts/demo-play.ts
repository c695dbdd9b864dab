import { join } from 'node:path';
import type { Emulator, MetastoreSnapshot } from '../emulator/index.ts';
import type { Scene } from './demo-story.ts';
import { runCommand } from './command-process.ts';
import { summaryText } from './demo-text.ts';
import { runStep, type StepCall, type StepRun } from './step-process.ts';

const PROMOTER = 'emulator-promoter';

/** Which scene of how many it is, from 1. */
export interface ScenePlace {
  readonly number: number;
  readonly of: number;
}

/** A scene that was played, and what became of it. */
export interface PlayedScene {
  readonly scene: Scene;
  readonly place: ScenePlace;
  /** Whose token the step had. */
  readonly token: string;
  readonly run: StepRun;
  readonly before: MetastoreSnapshot;
  readonly after: MetastoreSnapshot;
  readonly requests: number;
  readonly writes: number;
  readonly seconds: string;
  /** What is not as the story says, one sentence each. */
  readonly faults: readonly string[];
}

/** Runs the step or the command of a scene in a process of its own, whose files stay below the folder. */
export async function playScene(
  scene: Scene,
  place: ScenePlace,
  emulator: Emulator,
  folder: string,
): Promise<PlayedScene> {
  const token = scene.token ?? PROMOTER;
  const before = emulator.state();
  const first = emulator.requests.length;
  const began = performance.now();
  const call: StepCall = {
    action: scene.action,
    with: scene.with,
    host: emulator.url,
    token,
    folder: join(folder, `${String(place.number).padStart(2, '0')}-${scene.action}`),
  };
  const run = await (scene.command === undefined ? runStep(call) : runCommand(call, scene.command));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const after = emulator.state();
  const requests = emulator.requests.slice(first);
  const writes = requests.filter(({ write, status }) => write && status < 400).length;
  const faults = faultsOf(scene, run, before, after);
  return { scene, place, token, run, before, after, requests: requests.length, writes, seconds, faults };
}

/** Whether the registry is the same after the scene as before. */
export function isUnchanged({ before, after }: PlayedScene): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

function faultsOf(scene: Scene, run: StepRun, before: MetastoreSnapshot, after: MetastoreSnapshot): string[] {
  const faults: string[] = [];
  if (run.exitCode !== scene.exitCode) {
    faults.push(`Exit code ${String(run.exitCode)} instead of ${scene.exitCode}.`);
  }
  for (const [name, value] of Object.entries(scene.outputs)) {
    const seen = run.outputs[name];
    if (seen !== value) faults.push(`Output ${name} is ${seen ?? 'not set'} instead of ${value}.`);
  }
  const text = summaryText(run.summary);
  for (const words of scene.says) {
    if (!text.includes(words)) faults.push(`The summary does not say "${words}".`);
  }
  if (scene.after !== undefined) faults.push(...scene.after(after));
  else if (JSON.stringify(before) !== JSON.stringify(after)) faults.push('The registry has changed.');
  return faults;
}
