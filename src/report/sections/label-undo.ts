import { formatFullName } from '../../domain/full-name.ts';
import { isApprovalTag, TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { keyValues, lines } from '../../inputs/lines.ts';
import type { SignatureInputs } from '../../inputs/signature.ts';
import type { TagInputs } from '../../inputs/tags.ts';
import type { DescriptionChange } from '../../plan/changes/description.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import { code, paragraph, type Block } from '../document.ts';
import { callBlocks } from './call-again.ts';
import type { UndoWays } from './undo.ts';

type LabelChange = TagChange | DescriptionChange;

/** Inputs of a run that decide whether a run with the undo goes through. */
export type LabelInputs = Pick<CommonInputs, 'check-privileges'> &
  Partial<SignatureInputs> &
  Pick<TagInputs, 'status-key'> &
  Partial<Pick<TagInputs, 'approving-statuses'>>;

/**
 * How to take back changes of tags and description of one model or version: inputs of tag-status, and for what no input
 * can say, what people run by hand at this registry.
 */
export function labelUndo(
  changes: readonly LabelChange[],
  inputs: LabelInputs,
  { commands, again: callAgain }: UndoWays,
): Block[] {
  const [first] = changes;
  if (first === undefined) return [];
  const { values, rest } = sayable(changes, inputs['status-key']);
  const { target } = first;
  const again = {
    model: formatFullName(target.name),
    ...(target.kind === 'version' ? { version: target.version } : {}),
    ...values,
    ...checksOf(inputs),
  };
  const command = rest.length === 0 ? undefined : commands.labels?.(rest);
  return [
    ...(rest.length === changes.length ? [] : callBlocks(callAgain, 'Run tag-status', 'tag-status', again)),
    ...(command === undefined
      ? []
      : [
          paragraph('Values that no input of tag-status can express are restored with:'),
          code(command.language, command.text),
        ]),
  ];
}

interface Sayable {
  /** Inputs of tag-status that write the old values. */
  readonly values: Readonly<Record<string, string | boolean>>;
  /** Changes that no input takes back. */
  readonly rest: readonly LabelChange[];
}

function sayable(changes: readonly LabelChange[], statusKey: string): Sayable {
  const tags = changes.flatMap((change) => (change.kind === 'tag' ? [change] : []));
  const description = changes.find((change) => change.kind === 'description');
  const fitting = tags.filter(isStatus);
  const status = fitting.find(({ key }) => key === statusKey) ?? fitting.find((tag) => !isLine(tag));
  const others = tags.filter((tag) => tag !== status);
  const set = others.filter(isLine);
  const removed = others.filter(isListed);
  const described = description !== undefined && (description.from === '' || isText(description.from));
  const said: readonly LabelChange[] = [
    ...(status === undefined ? [] : [status]),
    ...set,
    ...removed,
    ...(described ? [description] : []),
  ];
  return {
    values: {
      ...(status === undefined ? {} : { status: status.from, ...keyInput(status.key) }),
      ...(set.length === 0 ? {} : { tags: set.map(lineOf).join('\n') }),
      ...(removed.length === 0 ? {} : { 'remove-tags': removed.map(({ key }) => key).join('\n') }),
      ...(described ? descriptionInput(description.from) : {}),
      ...(said.some((change) => change.kind === 'tag' && isApprovalTag(change.key))
        ? { 'allow-approval-tags': true }
        : {}),
    },
    // What is taken away first leaves room where the number of tags is limited.
    rest: changes
      .filter((change) => !said.includes(change))
      .sort((a, b) => Number(b.from === null) - Number(a.from === null)),
  };
}

function descriptionInput(description: string): Readonly<Record<string, string | boolean>> {
  return description === '' ? { 'remove-description': true } : { description };
}

function keyInput(key: string): Readonly<Record<string, string>> {
  return key === TAG_KEYS.status ? {} : { 'status-key': key };
}

/** Without them the undo of a run that went through could be refused. */
function checksOf(inputs: LabelInputs): Readonly<Record<string, string>> {
  const signature = inputs['require-signature'] ?? 'fail';
  const approving = inputs['approving-statuses']?.join('\n') ?? 'approved';
  return {
    ...(signature === 'fail' ? {} : { 'require-signature': signature }),
    ...(inputs['check-privileges'] === 'fail' ? {} : { 'check-privileges': inputs['check-privileges'] }),
    ...(approving === 'approved' ? {} : { 'approving-statuses': approving }),
  };
}

/** An input carries any text but an empty one, one with white space around it, and what neither YAML nor a variable holds. */
function isText(text: string): boolean {
  return text !== '' && text === text.trim() && text.isWellFormed() && !text.includes('\0');
}

/** A tag that had a value. */
interface OldTag extends TagChange {
  readonly from: string;
}

/** Whether the inputs `status` and `status-key` can say a tag, whatever lines are in its value. */
function isStatus(tag: TagChange): tag is OldTag {
  return tag.from !== null && isText(tag.from) && isText(tag.key);
}

function lineOf({ key, from }: OldTag): string {
  return `${key}=${from}`;
}

/** Whether the input `tags` reads a line as the tag that it is to say. */
function isLine(tag: TagChange): tag is OldTag {
  if (tag.from === null) return false;
  const line = `${tag.key}=${tag.from}`;
  const [read, ...more] = keyValues.safeParse(line).data ?? [];
  return isText(line) && more.length === 0 && read?.key === tag.key && read.value === tag.from;
}

/** A tag that there was not, and whose key the input `remove-tags` reads as it is. */
function isListed({ key, from }: TagChange): boolean {
  const [read, ...more] = lines.safeParse(key).data ?? [];
  return from === null && isText(key) && more.length === 0 && read === key;
}
