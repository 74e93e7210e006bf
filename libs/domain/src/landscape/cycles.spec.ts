import { cyclicSets, shortestCycle } from './cycles';

const graph = (text: string) => {
  const edges = new Map<string, string[]>();
  for (const pair of text.split(' ')) {
    const [from = '', to = ''] = pair.split('>');
    edges.set(from, [...(edges.get(from) ?? []), to]);
    edges.set(to, edges.get(to) ?? []);
  }
  return edges;
};

it('finds no cyclic set in a graph where two paths meet again', () => {
  expect(cyclicSets(graph('a>b a>c b>d c>d'))).toEqual([]);
});

it('finds each cyclic set once, sorted, and leaves out what merely leads to it', () => {
  expect(cyclicSets(graph('x>b a>b b>c c>a c>y'))).toEqual([['a', 'b', 'c']]);
});

it('takes an edge to itself as a cycle of one', () => {
  const edges = graph('a>a');

  expect(cyclicSets(edges)).toEqual([['a']]);
  expect(shortestCycle(edges, ['a'])).toEqual(['a', 'a']);
});

it('finds the shortest way round', () => {
  const edges = graph('a>b b>c c>d d>a b>d');

  expect(shortestCycle(edges, ['a', 'b', 'c', 'd'])).toEqual(['a', 'b', 'd', 'a']);
});

it('survives chains far longer than the call stack', () => {
  const edges = new Map(Array.from({ length: 50_000 }, (_, i) => [`n${i}`, [`n${i + 1}`]]));

  expect(cyclicSets(edges)).toEqual([]);
});
