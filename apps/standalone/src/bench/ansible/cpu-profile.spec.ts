import { whereTimeWent } from './cpu-profile';

const frame = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
});
const NODES = [
  frame(1, '(idle)'),
  frame(2, '(garbage collector)'),
  frame(3, 'publish', 'file:///srv/node_modules/nats/lib/client.js'),
  frame(4, 'decide', 'file:///srv/libs/domain/dist/decide.js'),
  frame(5, '', 'node:internal/crypto/sig'),
  frame(6, 'validate', 'file:///srv/node_modules/@scope/checks/index.js'),
];
const profileOf = (samples: number[]) => ({
  nodes: NODES,
  startTime: 1_000,
  samples,
  timeDeltas: samples.map(() => 100),
});
const ALWAYS = { fromUs: 0, toUs: 1_000_000 };

it('shares out the busy time by module and by function, the most first, and leaves out waiting', () => {
  const { modules, functions } = whereTimeWent(profileOf([1, 3, 4, 3, 2]), ALWAYS);
  expect(modules).toEqual([
    { name: 'nats', share: 0.5 },
    { name: '@patchtide/domain', share: 0.25 },
    { name: '(garbage collector)', share: 0.25 },
  ]);
  expect(functions[0]).toEqual({ name: 'publish nats client.js:10', share: 0.5 });
});

it("names scoped packages in full and Node's own modules by their first part", () => {
  const { modules } = whereTimeWent(profileOf([5, 6]), ALWAYS);
  expect(modules.map(({ name }) => name)).toEqual(['node:internal', '@scope/checks']);
});

it('counts only what lies in the span', () => {
  const { modules } = whereTimeWent(profileOf([3, 3, 4]), { fromUs: 1_250, toUs: 1_350 });
  expect(modules).toEqual([{ name: '@patchtide/domain', share: 1 }]);
});
