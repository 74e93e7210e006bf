/** PowerShell source taken apart just far enough for the rules of windows-program.spec.ts; it is no parser. */
export interface PowerShellSource {
  /** The source without comments, every string replaced by an empty one. */
  code: string;
  /** The text between double quotes, where PowerShell would put variables in. */
  expandable: string[];
}

const PIECES =
  /#(?<comment>[^\n]*)|'(?<literal>(?:[^']|'')*)'|"(?<expandable>(?:[^"`]|`[\s\S]|"")*)"|(?<other>[\s\S])/g;

export function readPowerShell(text: string): PowerShellSource {
  const expandable: string[] = [];
  const code = text.replace(PIECES, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>;
    if (groups.comment !== undefined) return '';
    if (groups.expandable !== undefined) expandable.push(groups.expandable);
    return groups.other ?? "''";
  });
  return { code, expandable };
}

export interface PowerShellFunction {
  name: string;
  lines: number;
}

/** Functions as this source writes them: `function Name` in the first column, up to the brace in the first column. */
export function functionsOf(code: string): PowerShellFunction[] {
  return [...code.matchAll(/^function ([\w-]+)[\s\S]*?^\}/gm)].map(([text, name = '']) => ({
    name,
    lines: text.split('\n').length,
  }));
}

/** What is left open, or closed without being open; empty when all brackets match. */
export function unbalanced(code: string): string[] {
  const closing: Record<string, string> = { '{': '}', '(': ')', '[': ']' };
  const open: string[] = [];
  for (const bracket of code.match(/[{}()[\]]/g) ?? []) {
    const close = closing[bracket];
    if (close !== undefined) open.push(close);
    else if (open.pop() !== bracket) return [...open, bracket];
  }
  return open;
}
