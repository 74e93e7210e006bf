// A fence that nobody has seen fail is a wish: every planted violation must be reported, every legal import must not.
// The code is linted under the path of a file that need not exist, so the normal lint never meets it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, describe, it } from 'node:test';
import { ESLint } from 'eslint';
import { layers } from './layers.mjs';
import { legal, planted } from './planted.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isFence = (ruleId) => ruleId.startsWith('fence/') || ruleId.startsWith('@nx/');

describe('fences', () => {
  let eslint;
  before(() => {
    // Only fences, none of which needs types: no TypeScript program, and paths that do not exist.
    const overrideConfig = {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { projectService: false } },
    };
    eslint = new ESLint({ cwd: root, overrideConfig, ruleFilter: ({ ruleId }) => isFence(ruleId) });
  });
  const lint = async (file, code) => {
    const [result] = await eslint.lintText(code, { filePath: `${root}/${file}` });
    return result.messages;
  };
  const shown = (messages) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`).join('\n');

  for (const { file, code, rule, reason } of planted) {
    it(`${rule} reports ${JSON.stringify(code)} in ${file}`, async () => {
      const messages = await lint(file, code);
      const hit = messages.find((message) => message.ruleId === rule);
      assert.ok(hit, `not reported; seen: ${shown(messages) || 'nothing'}`);
      assert.match(hit.message, reason);
    });
  }

  for (const { file, code } of legal) {
    it(`nothing is reported for ${JSON.stringify(code)} in ${file}`, async () => {
      assert.equal(shown(await lint(file, code)), '');
    });
  }

  it('stand also where no project graph has been made yet, as on a fresh clone', () => {
    const data = mkdtempSync(join(tmpdir(), 'patchtide-fences-'));
    const cli = join(root, 'node_modules/eslint/bin/eslint.js');
    const code = "export { startNats } from '@patchtide/embedded';";
    const { status, stdout } = spawnSync(
      process.execPath,
      [cli, '--stdin', '--stdin-filename', 'libs/contracts/src/words.ts'],
      {
        cwd: root,
        input: code,
        encoding: 'utf8',
        env: { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: data, NX_DAEMON: 'false' },
      },
    );
    rmSync(data, { recursive: true, force: true });
    assert.match(stdout, /@nx\/enforce-module-boundaries/);
    assert.equal(status, 1);
  });

  it('every layer has a planted violation', () => {
    const reasons = planted.map(({ reason }) => String(reason)).join('\n');
    const unseen = layers.filter(({ because }) => !reasons.includes(because.slice(0, 30)));
    assert.deepEqual(
      unseen.map(({ tag }) => tag),
      [],
    );
  });
});
