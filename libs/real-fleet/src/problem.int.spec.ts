import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { READ_TYPESCRIPT } from '@patchtide/embedded';
import { realFleetProblem } from './problem';

const ASK = `${READ_TYPESCRIPT}
  process.stdout.write(require(${JSON.stringify(join(__dirname, 'problem'))}).realFleetProblem() ?? 'none');`;

const canUnshareUsers = spawnSync('unshare', ['--map-root-user', 'true']).status === 0;

describe('the problem of a machine that cannot boot hosts', () => {
  (canUnshareUsers ? it : it.skip)('tells root of a user namespace from root', () => {
    const argv = ['--map-root-user', process.execPath, '-e', ASK];
    const { stdout, stderr } = spawnSync('unshare', argv, { cwd: __dirname, encoding: 'utf8' });
    expect({ stdout, stderr }).toMatchObject({
      stdout: expect.stringContaining('in a user namespace only') as string,
      stderr: '',
    });
    expect(realFleetProblem() ?? '').not.toContain('user namespace');
  });
});
