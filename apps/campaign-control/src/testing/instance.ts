import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

// An instance is a process of its own here, so that it can be killed. It reads our TypeScript, because the sources need
// not be built when the tests run.
const APP = join(__dirname, '..');
const HOUSE = join(APP, '..', '..', '..');
const READ_TYPESCRIPT = `
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
require(${JSON.stringify(join(APP, 'main.ts'))});
`;

/** Starts campaign-control in a process of its own, with exactly this environment. */
export function spawnInstance(env: Readonly<Record<string, string>>): ChildProcess {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  return spawn(process.execPath, ['-e', READ_TYPESCRIPT], { cwd: APP, env, stdio: [...stdio] });
}

/** Whether the service answers that it is ready. */
export async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
