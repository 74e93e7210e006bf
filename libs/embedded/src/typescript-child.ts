import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

// Teaches node to read our TypeScript, because the sources may not be built when the tests run.
const READ_TYPESCRIPT = `
const swc = require('@swc/core');
require.extensions['.ts'] = (module, filename) => module._compile(swc.transformFileSync(filename, {
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' },
}).code, filename);
`;

/** For tests: runs a script in a process of its own with this library as `embedded`; its output is readable. */
export function startTypescriptChild(script: string): ChildProcess {
  const source = `${READ_TYPESCRIPT}\nconst embedded = require(${JSON.stringify(join(__dirname, 'index'))});\n${script}`;
  return spawn(process.execPath, ['-e', source], { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** For tests: the first line that the child prints, parsed as JSON. */
export async function firstJsonLine<T>(child: ChildProcess): Promise<T> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return JSON.parse(text) as T;
}
