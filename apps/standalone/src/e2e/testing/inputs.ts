import type { Change, Policy } from '@patchtide/contracts';
import { demoChange, demoPolicy } from '../../demo/demo-inputs';

/** The demo's procedure without waves and budgets, and with a reboot of every server. */
export function testPolicy(more: Partial<Policy> = {}): Policy {
  const { waves: _inOneGo, budgets: _unbounded, ...policy } = demoPolicy();
  return { ...policy, name: 'test', reboot: 'always', ...more };
}

/** A change whose window is open now. */
export function changeFor(id: string, more: Partial<Change> = {}): Change {
  return { ...demoChange(id, Date.now()), title: `Test ${id}`, policy: 'test', ...more };
}
