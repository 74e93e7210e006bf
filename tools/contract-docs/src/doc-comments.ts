import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface Documented {
  readonly text: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** The doc comments of all classes below a folder, by class name. What they say is what the documents say. */
export function docComments(folder: string): Map<string, Documented> {
  const found = new Map<string, Documented>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const path = join(folder, file);
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
    for (const node of source.statements) {
      if (ts.isClassDeclaration(node) && node.name) found.set(node.name.text, documented(node));
    }
  }
  return found;
}

function documented(node: ts.ClassDeclaration): Documented {
  const properties: Record<string, string> = {};
  for (const member of node.members) {
    const text = textOf(member);
    if (ts.isPropertyDeclaration(member) && ts.isIdentifier(member.name) && text) {
      properties[member.name.text] = text;
    }
  }
  return { text: textOf(node), properties };
}

function textOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter((part) => ts.isJSDoc(part));
  return comments
    .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? '')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
