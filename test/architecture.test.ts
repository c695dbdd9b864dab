import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { PRODUCT } from '../src/domain/product.ts';
import { importsOf, parseSource, ROOT, sourceFiles, type Import } from './imports.ts';

interface LayerRule {
  /** Layers or files that it may import, beside itself. */
  readonly layers: readonly string[];
  /** Packages, and built-in modules of Node, that it may import. */
  readonly packages: readonly string[];
}

/**
 * Who may import whom: docs/architecture.md, "Who may import whom". The longest path that fits decides. A layer names
 * only layers above it in this list.
 */
const RULES: Readonly<Record<string, LayerRule>> = {
  'src/domain': { layers: [], packages: [] },
  'src/plan': { layers: ['src/domain'], packages: ['zod', 'canonicalize', 'node:crypto'] },
  'src/mlmodel': { layers: ['src/domain'], packages: [] },
  'src/documents': { layers: ['src/domain'], packages: ['yaml', 'zod'] },
  'src/http': { layers: ['src/domain'], packages: ['undici', 'node:*'] },
  'src/transfer': { layers: ['src/domain'], packages: ['node:*'] },
  'src/policy': { layers: ['src/domain', 'src/plan'], packages: ['node:crypto'] },
  'src/report': { layers: ['src/domain', 'src/plan'], packages: ['zod'] },
  'src/auth': { layers: ['src/domain', 'src/http'], packages: [] },
  'src/storage': {
    layers: ['src/domain', 'src/http', 'src/transfer'],
    packages: ['aws4fetch', 'node:*'],
  },
  'src/github/port.ts': { layers: ['src/domain'], packages: [] },
  'src/github': {
    layers: ['src/domain', 'src/http', 'src/github/port.ts'],
    packages: ['zod', '@actions/github'],
  },
  'src/registry/commands.ts': { layers: ['src/domain', 'src/plan'], packages: [] },
  'src/registry/workspace-port.ts': { layers: ['src/domain', 'src/transfer'], packages: [] },
  'src/registry/port.ts': {
    layers: ['src/domain', 'src/transfer', 'src/registry/commands.ts', 'src/registry/workspace-port.ts'],
    packages: [],
  },
  'src/registry': {
    layers: [
      'src/domain',
      'src/plan',
      'src/http',
      'src/transfer',
      'src/storage',
      'src/registry/commands.ts',
      'src/registry/port.ts',
      'src/registry/workspace-port.ts',
    ],
    packages: ['zod', 'node:*'],
  },
  'src/facts': {
    layers: [
      'src/domain',
      'src/plan',
      'src/documents',
      'src/mlmodel',
      'src/transfer',
      'src/policy',
      'src/github/port.ts',
      'src/registry/port.ts',
      'src/registry/workspace-port.ts',
    ],
    packages: [],
  },
  'src/apply': {
    layers: [
      'src/domain',
      'src/plan',
      'src/mlmodel',
      'src/transfer',
      'src/policy',
      'src/registry/port.ts',
      'src/registry/workspace-port.ts',
      'src/facts',
    ],
    packages: [],
  },
  'src/inputs': {
    layers: ['src/domain', 'src/http/host.ts', 'src/auth/settings.ts', 'src/policy', 'src/registry/table.ts'],
    packages: ['zod'],
  },
  'src/report/sections': {
    layers: [
      'src/domain',
      'src/plan',
      'src/transfer/progress.ts',
      'src/policy',
      'src/report',
      'src/registry/commands.ts',
      'src/facts',
      'src/apply',
      'src/inputs',
    ],
    // Types alone, which leave nothing behind.
    packages: ['sarif'],
  },
  'src/actions': {
    layers: [
      'src/domain',
      'src/plan',
      'src/documents',
      'src/policy',
      'src/report',
      'src/github/port.ts',
      'src/registry/commands.ts',
      'src/registry/port.ts',
      'src/registry/workspace-port.ts',
      'src/facts',
      'src/apply',
      'src/report/sections',
      'src/inputs',
    ],
    packages: ['zod'],
  },
  'src/runtime': {
    layers: [
      'src/domain',
      'src/plan',
      'src/documents',
      'src/http',
      'src/transfer',
      'src/report',
      'src/auth',
      'src/storage',
      'src/github',
      'src/registry',
      'src/facts',
      'src/apply',
      'src/inputs',
      'src/actions',
    ],
    packages: ['@actions/core', 'node:*'],
  },
  'src/index.ts': { layers: ['src/runtime', 'src/actions'], packages: [] },
  emulator: { layers: [], packages: ['node:*'] },
  conformance: {
    layers: [
      'src/domain',
      'src/http',
      'src/transfer',
      'src/report/log-text.ts',
      'src/auth',
      // Where a store is, so that its fence stands there.
      'src/storage/endpoints.ts',
      'src/storage/place.ts',
      'src/registry/port.ts',
      'src/registry/workspace-port.ts',
      'src/registry/table.ts',
      'src/runtime',
      // The assumptions that it checks are the emulator's, and nothing else of it.
      'emulator/switches.ts',
      'emulator/workspace/switches.ts',
    ],
    packages: ['node:*'],
  },
};

const OWNERS = Object.keys(RULES).sort((a, b) => b.length - a.length);

/** The entry of {@link RULES} that a file belongs to. */
function ownerOf(path: string): string | undefined {
  return OWNERS.find((owner) => covers(owner, path));
}

function covers(layer: string, path: string): boolean {
  return path === layer || path.startsWith(`${layer}/`);
}

function allowed({ from, to, kind }: Import): boolean {
  const owner = ownerOf(from);
  const rule = owner === undefined ? undefined : RULES[owner];
  if (owner === undefined || rule === undefined) return false;
  if (kind === 'file') return [owner, ...rule.layers].some((layer) => covers(layer, to));
  return rule.packages.includes(to) || (kind === 'builtin' && rule.packages.includes('node:*'));
}

const files = ['src', 'emulator', 'conformance'].flatMap(sourceFiles);
const imports = files.flatMap(importsOf);

/** Every `name.member` in a file, such as `process.env`. */
function members(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      found.push(`${node.expression.text}.${node.name.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parseSource(path));
  return found;
}

/** Every text that a file compares with, or that a `case` of it names. */
function comparedTexts(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const texts = ts.isCaseClause(node)
      ? [node.expression]
      : ts.isBinaryExpression(node) && /^[!=]==$/u.test(node.operatorToken.getText())
        ? [node.left, node.right]
        : [];
    found.push(...texts.filter(ts.isStringLiteralLike).map(({ text }) => text));
    ts.forEachChild(node, visit);
  };
  visit(parseSource(path));
  return found;
}

/** Each circle of a graph once, by the way round it. */
function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const walk = (node: string, way: readonly string[]): void => {
    const at = way.indexOf(node);
    if (at >= 0) found.push([...way.slice(at), node].join(' → '));
    if (at >= 0 || finished.has(node)) return;
    for (const next of edges.get(node) ?? []) walk(next, [...way, node]);
    finished.add(node);
  };
  for (const node of edges.keys()) walk(node, []);
  return found;
}

/** Every identifier in a file. */
function names(path: string): string[] {
  return nodesOf(path).flatMap((node) => (ts.isIdentifier(node) ? [node.text] : []));
}

/** Every method that a file calls. */
function calls(path: string): string[] {
  return nodesOf(path).flatMap((node) =>
    ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
      ? [node.expression.name.text]
      : [],
  );
}

/** Every text in a file that is written as one. */
function literals(path: string): string[] {
  return nodesOf(path).flatMap((node) => (ts.isStringLiteralLike(node) ? [node.text] : []));
}

function nodesOf(path: string): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(parseSource(path));
  return found;
}

describe('arrows point one way', () => {
  test('the rules see the real code', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(files.filter((file) => ownerOf(file) === undefined)).toEqual([]);
    const violation: Import = { from: 'src/policy/a.ts', to: 'src/registry/port.ts', kind: 'file' };
    expect(allowed(violation)).toBe(false);
    expect(allowed({ from: 'src/facts/a.ts', to: '@actions/core', kind: 'package' })).toBe(false);
    expect(allowed({ from: 'emulator/a.ts', to: 'src/domain/printable.ts', kind: 'file' })).toBe(false);
    expect(allowed({ from: 'conformance/a.ts', to: 'emulator/index.ts', kind: 'file' })).toBe(false);
    expect(allowed({ from: 'src/runtime/a.ts', to: 'conformance/row.ts', kind: 'file' })).toBe(false);
    expect(
      allowed({ from: 'src/facts/a.ts', to: 'src/registry/databricks/wire/models.ts', kind: 'file' }),
    ).toBe(false);
  });

  test.each(OWNERS.filter((owner) => files.some((file) => ownerOf(file) === owner)))(
    '%s imports only what it may',
    (owner) => {
      const wrong = imports.filter((each) => ownerOf(each.from) === owner && !allowed(each));
      expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
    },
  );

  test('no file imports in a circle, types included', () => {
    const everything = [...files, ...['scripts', 'bench', 'test'].flatMap(sourceFiles)];
    const edges = new Map(
      everything.map((file) => [
        file,
        importsOf(file).flatMap(({ kind, to }) => (kind === 'file' ? [to] : [])),
      ]),
    );
    expect(
      circlesOf(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b', 'd']],
        ]),
      ),
    ).toEqual(['b → c → b']);
    expect(circlesOf(edges)).toEqual([]);
  });

  test('the product imports no script, benchmark or test, and scripts and benchmarks import no test', () => {
    const outside = (file: string) => /^(?:scripts|bench|test)\//u.test(file);
    const tools = ['scripts', 'bench'].flatMap(sourceFiles).flatMap(importsOf);
    const wrong = [
      ...imports.filter(({ kind, to }) => kind === 'file' && outside(to)),
      ...tools.filter(({ kind, to }) => kind === 'file' && to.startsWith('test/')),
    ];
    expect(tools.length).toBeGreaterThan(100);
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('no folder says its name again in the name of a file', () => {
    const wrong = files.filter((file) => {
      const parts = file.split('/');
      const name = parts.at(-1) ?? '';
      return parts.slice(1, -1).some((folder) => name.startsWith(`${folder}-`));
    });
    expect(wrong).toEqual([]);
  });

  test('one registry does not know another', () => {
    const backend = (path: string) => /^src\/registry\/([^/]+)\//u.exec(path)?.[1];
    const wrong = imports.filter(
      ({ from, to, kind }) =>
        kind === 'file' &&
        backend(from) !== undefined &&
        backend(to) !== undefined &&
        backend(from) !== backend(to),
    );
    expect(wrong).toEqual([]);
  });

  test('only apply writes to a registry', () => {
    const port = parseSource('src/registry/port.ts');
    const writer = port.statements.find(
      (each) => ts.isInterfaceDeclaration(each) && each.name.text === 'RegistryWriter',
    );
    const methods = new Set(
      writer !== undefined && ts.isInterfaceDeclaration(writer)
        ? writer.members.flatMap((each) =>
            each.name !== undefined && ts.isIdentifier(each.name) ? [each.name.text] : [],
          )
        : [],
    );
    expect([...methods]).toEqual(expect.arrayContaining(['setAlias', 'deleteModelVersion', 'openSink']));
    const writing = sourceFiles('src')
      .filter((file) => !file.startsWith('src/registry/'))
      .filter((file) => calls(file).some((method) => methods.has(method)));
    expect(writing.filter((file) => !file.startsWith('src/apply/'))).toEqual([]);
    expect(writing.length).toBeGreaterThan(5);
    const handed = sourceFiles('src').filter((file) => names(file).includes('RegistryWriter'));
    expect(handed.filter((file) => !/^src\/(?:apply|registry)\//u.test(file))).toEqual([]);
  });

  test('an action hands on values, and sections make blocks of them', () => {
    const making = sourceFiles('src').filter((file) =>
      nodesOf(file).some(
        (node) =>
          ts.isImportDeclaration(node) &&
          ts.isStringLiteral(node.moduleSpecifier) &&
          node.moduleSpecifier.text.endsWith('/document.ts') &&
          node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword,
      ),
    );
    expect(making).toContain('src/report/sections/grants.ts');
    expect(making.filter((file) => file.startsWith('src/actions/'))).toEqual([]);
  });

  test('only the runtime asks whether a run is dry', () => {
    const asking = sourceFiles('src').filter((file) => literals(file).includes('dry-run'));
    expect(asking.filter((file) => !file.startsWith('src/runtime/'))).toEqual(['src/inputs/common.ts']);
  });

  test('nothing but the table of registries knows one by its name', () => {
    const known = /^src\/registry\/(databricks|mlflow|unity-catalog)\//u;
    const wrong = imports.filter(
      ({ from, to, kind }) =>
        kind === 'file' && known.test(to) && !known.test(from) && from !== 'src/registry/table.ts',
    );
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
    // The commands and clients that such a name also stands for are no kinds of registries.
    const word = /^(?:databricks|unity-catalog|mlflow)$/u;
    const choosing = sourceFiles('src').filter(
      (file) => !file.startsWith('src/registry/') && comparedTexts(file).some((text) => word.test(text)),
    );
    expect(choosing).toEqual([
      // The system that an account is of.
      'src/report/sections/roles.ts',
    ]);
  });

  test('keys in snake case end where the wire ends', () => {
    const key = /^[a-z]+(?:_[a-z0-9]+)+$/u;
    const inner = ['domain', 'policy', 'facts', 'apply', 'inputs', 'actions', 'report', 'runtime'];
    const wrong = inner
      .flatMap((layer) => sourceFiles(`src/${layer}`))
      .flatMap((file) => members(file).filter((member) => key.test(member.split('.')[1] ?? '')));
    expect(wrong).toEqual([]);
  });
});

describe('a start loads what refuses inputs, and nothing that works', () => {
  const start = new Set(['src/index.ts']);
  const packages = new Set<string>();
  for (const file of start)
    for (const { to, kind, isLater } of importsOf(file)) {
      if (isLater === true) continue;
      if (kind === 'file') start.add(to);
      else if (kind === 'package') packages.add(to);
    }

  const of = (...layers: string[]) =>
    [...start].filter((file) => layers.some((layer) => covers(`src/${layer}`, file))).sort();

  test('no file of a layer that reads or writes something', () => {
    expect(of('documents', 'mlmodel', 'storage', 'github', 'facts', 'apply')).toEqual([]);
    expect([...packages].sort()).toEqual(['@actions/core', 'zod']);
  });

  test('of what connects, what inputs are checked by', () => {
    expect(of('auth', 'http', 'transfer', 'registry')).toEqual([
      'src/auth/choice.ts',
      'src/auth/settings.ts',
      'src/auth/unsendable.ts',
      'src/http/cancelled.ts',
      'src/http/databricks-domains.ts',
      'src/http/host-metadata.ts',
      'src/http/host.ts',
      'src/registry/databricks/capabilities.ts',
      'src/registry/databricks/index.ts',
      'src/registry/mlflow/capabilities.ts',
      'src/registry/mlflow/index.ts',
      'src/registry/owner.ts',
      'src/registry/table.ts',
      'src/registry/unity-catalog/capabilities.ts',
      'src/registry/unity-catalog/index.ts',
      'src/transfer/folder/fault.ts',
    ]);
  });

  test('of an action its declaration', () => {
    const declared = sourceFiles('src/actions').filter((file) => !/^src\/actions\/.*\//u.test(file));
    expect(declared.length).toBeGreaterThan(15);
    expect(declared.filter((file) => !start.has(file))).toEqual([]);
    const others = [...start].filter((file) => covers('src/actions', file) && !declared.includes(file));
    expect(others.filter((file) => !covers('src/actions/contract', file))).toEqual([
      'src/actions/parts/validation/program.ts',
    ]);
  });
});

describe('the world comes in through runtime', () => {
  const outside = sourceFiles('src').filter((file) => !file.startsWith('src/runtime/'));

  test.each(['process.env', 'process.exit', 'process.exitCode', 'Date.now', 'Math.random'])(
    'no %s outside of runtime',
    (member) => {
      expect(outside.filter((file) => members(file).includes(member))).toEqual([]);
    },
  );

  test('nothing in src prints by console', () => {
    const printing = sourceFiles('src').filter((file) =>
      members(file).some((member) => member.startsWith('console.')),
    );
    expect(printing).toEqual([]);
  });

  test('there are no cycles among the layers', () => {
    const edges = imports
      .filter(({ kind }) => kind === 'file')
      .map(({ from, to }) => [ownerOf(from) ?? from, ownerOf(to) ?? to] as const)
      .filter(([from, to]) => from !== to);
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      edges
        .filter(([start]) => start === from)
        .some(([, end]) => {
          if (end === to) return true;
          if (seen.has(end)) return false;
          return reaches(end, to, seen.add(end));
        });
    const cyclic = OWNERS.filter((owner) => reaches(owner, owner));
    expect(cyclic).toEqual([]);
  });
});

test('the product is the package', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as Record<string, unknown>;
  expect(PRODUCT.version).toBe(read('package.json')['version']);
  expect(PRODUCT.name).toBe(read('package.json')['name']);
});
