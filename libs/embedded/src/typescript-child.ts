import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

const HOUSE = join(__dirname, '..', '..', '..');

/** For tests: teaches node to read our TypeScript, because the sources need not be built when the tests run. */
export const READ_TYPESCRIPT = `
const swc = require('@swc/core');
const Module = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const own = /^@patchtide\\/([^/]+)(\\/[^/]+)?$/.exec(request);
  const file = own && ${JSON.stringify(HOUSE)} + '/libs/' + own[1] + '/src' + (own[2] ?? '') + '/index.ts';
  return resolve.call(this, file ?? request, ...rest);
};
const parser = { syntax: 'typescript', decorators: true };
const transform = { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false };
require.extensions['.ts'] = (module, filename) => module._compile(swc.transformFileSync(filename, {
  jsc: { target: 'es2022', parser, transform, keepClassNames: true }, module: { type: 'commonjs' },
}).code, filename);
`;

/** For tests: starts a service, given its main file, in a process of its own with exactly this environment. */
export function startServiceChild(main: string, env: Readonly<Record<string, string>>): ChildProcess {
  const source = `${READ_TYPESCRIPT}\nrequire(${JSON.stringify(main)});`;
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  return spawn(process.execPath, ['-e', source], { cwd: dirname(main), env, stdio: [...stdio] });
}

/** Whether the service at this port answers that it is ready. */
export async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

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
