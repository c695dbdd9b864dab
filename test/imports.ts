import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The root of the repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** One import, export-from or `import()` of a file. */
export interface Import {
  /** The importing file, from the root of the repository. */
  readonly from: string;
  /** The imported file from the root of the repository, or the name of the package. */
  readonly to: string;
  readonly kind: 'file' | 'package' | 'builtin';
  /** Whether nothing is left of it when the program starts: it imports types, or is a part of the bundle that is loaded later. */
  readonly isLater?: true;
}

/** Every TypeScript file of ours below a folder of the repository, by its path from the root. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('/node_modules/'))
    .sort();
}

/** A file as syntax. */
export function parseSource(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
}

const known = new Map<string, readonly Import[]>();

/** Every import of a file, types included; read once. */
export function importsOf(path: string): readonly Import[] {
  const imports = known.get(path) ?? readImports(path);
  known.set(path, imports);
  return imports;
}

function readImports(path: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined)
      found.push({ ...importFrom(path, specifier), ...(isLater(node) ? { isLater: true } : {}) });
    ts.forEachChild(node, visit);
  };
  visit(parseSource(path));
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  if (named === undefined) return undefined;
  if (ts.isStringLiteralLike(named)) return named.text;
  // Tests and tools load packages and built bundles whose place they compute.
  if (/^(?:test|scripts|bench)\//u.test(node.getSourceFile().fileName)) return undefined;
  throw new Error(`${node.getSourceFile().fileName}: an import whose name is computed cannot be judged`);
}

function isLater(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isCallExpression(node)) return node.getText().includes('webpackChunkName: "work"');
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node)) return false;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function importFrom(from: string, specifier: string): Import {
  if (specifier.startsWith('.')) {
    return { from, to: join(dirname(from), specifier).replaceAll('\\', '/'), kind: 'file' };
  }
  if (specifier.startsWith('node:')) return { from, to: specifier, kind: 'builtin' };
  const parts = specifier.split('/');
  return { from, to: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), kind: 'package' };
}
