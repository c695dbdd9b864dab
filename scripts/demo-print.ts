import { styleText } from 'node:util';
import { commandWords } from './command-process.ts';
import { changedLines } from './demo-state.ts';
import { logLines, summaryHead, summaryLines, summaryRows } from './demo-text.ts';
import type { Scene } from './demo-story.ts';
import { isUnchanged, type PlayedScene } from './demo-play.ts';
import { ownerIn } from './owner.ts';
import { ROOT } from './step-process.ts';

const OWNER = ownerIn(ROOT);

/** So wide are the lines of the short story at most. */
const WIDTH = 100;

type Style = Parameters<typeof styleText>[0];

/** Prints lines; colour only where the terminal has any (`NO_COLOR` and `FORCE_COLOR` are honoured). */
export function print(lines: readonly string[], style?: Style, indent = ''): void {
  for (const line of lines) {
    const text = `${indent}${line}`.trimEnd();
    console.log(style === undefined ? text : styleText(style, text, { stream: process.stdout }));
  }
}

/** Prints a part of the long story: its title, and its lines below. */
export function printPart(title: string, lines: readonly string[], style?: Style): void {
  print(['', `  ${title}`], 'bold');
  print(lines, style, '    ');
}

/** Prints a scene in a few lines: the step, the first that its page says, and what has changed. */
export function printShort(played: PlayedScene): void {
  const { scene, run } = played;
  const say = (text: string, style?: Style) => print([cut(text, WIDTH - 5)], style, '     ');
  print(['', titleOf(played)], ['bold', 'cyan']);
  for (const line of callLines(scene)) say(line, 'dim');
  for (const line of summaryHead(run.summary)) say(line);
  for (const line of summaryRows(run.summary).flatMap((each) => wrapped(each.split(' '), ''))) say(line);
  const changed = isUnchanged(played) ? [] : changedLines(played.before, played.after);
  for (const line of changed.filter((each) => /^[+-]/u.test(each)))
    say(`  ${line}`, line.startsWith('+') ? 'green' : 'red');
  printEnd(played, isUnchanged(played) ? ', registry unchanged' : '');
}

/** Prints everything of a scene: the step as a workflow has it, log, summary, outputs, and the registry afterwards. */
export function printFull(played: PlayedScene): void {
  const { scene, run, token } = played;
  print(['', '═'.repeat(WIDTH), titleOf(played)], ['bold', 'cyan']);
  print([`     ${scene.about}`], 'dim');
  if (scene.command === undefined) printPart(`Step, as ${token}`, usesLines(played), 'cyan');
  else printPart(`Command, as ${token}`, [commandLine(scene, scene.command)], 'cyan');
  printPart('Log', logLines(run.log));
  printPart('Summary of the job', summaryLines(run.summary));
  print([`▸ folded on the page; all of it: ${run.summaryFile}`], 'dim', '    ');
  printPart('Outputs', outputLines(played));
  const same = isUnchanged(played);
  printPart(
    `Registry after ${played.requests} requests, ${played.writes} of them writes`,
    same ? ['unchanged'] : [],
  );
  for (const line of same ? [] : changedLines(played.before, played.after)) {
    print([line], line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim', '    ');
  }
  print(['']);
  printEnd(played, '');
}

function printEnd({ run, seconds, faults }: PlayedScene, more: string): void {
  const ended = `outcome ${run.outputs['outcome'] ?? 'none'}, exit code ${String(run.exitCode)}${more}, ${seconds} s`;
  if (faults.length === 0) print([`   ✓ ${ended}`], 'green');
  else print([`   ✗ not as the story says: ${ended}`, ...faults.map((fault) => `     ${fault}`)], 'red');
}

function titleOf({ scene, place }: PlayedScene): string {
  return `${place.number}/${place.of}  ${scene.title}`;
}

/** A scene's call: a step with its inputs on one line, or the command as it is typed. */
function callLines(scene: Scene): string[] {
  if (scene.command !== undefined)
    return wrapped(`$ ${commandLine(scene, scene.command)}`.split(/ (?=--)/u), ' \\');
  const inputs = Object.entries(scene.with).map(([key, value]) => `${key}=${value.replaceAll('\n', ',')}`);
  return [[scene.action, ...inputs].join(' ')];
}

function commandLine(scene: Scene, flags: readonly string[]): string {
  return ['uc-promote', ...commandWords(scene.action, scene.with, flags).map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function usesLines({ scene }: PlayedScene): string[] {
  const name = scene.action === 'promote' ? '' : `/${scene.action}`;
  const inputs = Object.entries(scene.with).map(([key, value]) =>
    value.includes('\n') ? `    ${key}: "${value.replaceAll('\n', '\\n')}"` : `    ${key}: ${value}`,
  );
  return [`- uses: ${OWNER}/uc-promote${name}@v1`, '  with:', ...inputs];
}

function outputLines({ run }: PlayedScene): string[] {
  return Object.entries(run.outputs).map(
    ([name, value]) => `${name}: ${cut(value.replaceAll('\n', '\\n'), WIDTH)}`,
  );
}

/** The parts of a text on lines that fit, each but the last with what says that it goes on. */
function wrapped(parts: readonly string[], more: string): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${part}${more}`.length <= WIDTH - 7)
      lines.splice(-1, 1, `${line} ${part}`);
    else lines.push(line === undefined ? part : `  ${part}`);
  }
  return lines.map((line, index) => (index + 1 < lines.length ? `${line}${more}` : line));
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
