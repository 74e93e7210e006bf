import { loadStructured } from './structured-text';

const json = (text: string) => loadStructured(text, 'l.json', 'json');
const yaml = (text: string) => loadStructured(text, 'l.yaml', 'yaml');
type Loaded = ReturnType<typeof json>;

const faults = (loaded: Loaded) =>
  loaded.ok
    ? []
    : loaded.faults.map(({ path, line, column, message }) => `${path} ${line}:${column} ${message}`);
const place = (loaded: Loaded, path: string) => {
  const at = loaded.ok ? loaded.locate(path) : undefined;
  return at && `${at.line}:${at.column}`;
};

describe('JSON', () => {
  const text = [
    '{ "servers": [',
    '  { "id": "a\\"]", "port": 22 },',
    '  { "id": "b" , "x/y~": [1, [2], {"k": null}] }',
    ']}',
  ].join('\n');

  it.each([
    ['', '1:1'],
    ['/servers', '1:3'],
    ['/servers/0', '2:3'],
    ['/servers/0/port', '2:19'],
    ['/servers/1', '3:3'],
    ['/servers/1/x~1y~0', '3:17'],
    ['/servers/1/x~1y~0/1/0', '3:30'],
    ['/servers/1/x~1y~0/2/k', '3:35'],
    ['/servers/1/port', '3:3'],
    ['/servers/7/id', '1:3'],
    ['/nothing', '1:1'],
    ['/servers/0/id/deeper', '2:5'],
  ])('%j is found, or its nearest ancestor', (path, expected) => {
    expect(place(json(text), path)).toBe(expected);
  });

  it.each([
    ['{\n  "servers": [,]\n}', '2:15', '"," stands where a value or "]" was expected'],
    ['{ "a": 1', '1:9', 'it ends where "," or the end of the list or object was expected'],
    ['{ "a": 1,}', '1:10', '"}" stands where a name in double quotes was expected'],
    ['[1 2]', '1:4', '"2" stands where "," or the end of the list or object was expected'],
    ['{"a" 1}', '1:6', '"1" stands where ":" was expected'],
    ["{'a': 1}", '1:2', '"\'" stands where a name in double quotes or "}" was expected'],
    ['["a\nb"]', '1:4', 'a text in double quotes holds a line end or control character'],
    ['["a\\x"]', '1:4', 'a backslash is followed by something unknown'],
    ['["a', '1:2', 'a text in double quotes begins here and never ends'],
    ['[01]', '1:3', '"1" stands where "," or the end of the list or object was expected'],
    ['[] []', '1:4', '"[" stands where nothing more was expected'],
    ['[True]', '1:2', '"T" stands where a value or "]" was expected'],
  ])('%j has its mistake named with its place', (broken, at, message) => {
    expect(faults(json(broken))).toEqual([` ${at} is not valid JSON: ${message}`]);
  });

  it('does not let the last of two equal keys win silently', () => {
    expect(faults(json('{"servers": [{"id": "a",\n"id": "b"}], "servers": [], "x": "servers"}'))).toEqual([
      '/servers/0/id 2:1 stands here twice',
      '/servers 2:14 stands here twice',
    ]);
  });

  it('is not followed into any depth', () => {
    expect(faults(json(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toEqual([
      expect.stringContaining('is nested deeper than 32 levels'),
    ]);
  });
});

describe('YAML', () => {
  const text = [
    'servers:',
    '  - &a { id: a, port: 22 }',
    '  -',
    '    id: b',
    '    tags: [x, y]',
    '  - *a',
  ].join('\n');

  it.each([
    ['/servers', '1:1'],
    ['/servers/0/port', '2:17'],
    ['/servers/1/tags', '5:5'],
    ['/servers/1/tags/1', '5:15'],
    ['/servers/1/port', '4:5'],
    ['/servers/2/port', '2:17'],
    ['', '1:1'],
  ])('%j is found, or its nearest ancestor', (path, expected) => {
    expect(place(yaml(text), path)).toBe(expected);
  });

  it('says everything that is wrong at once', () => {
    const found = faults(yaml('a: 1\na: 2\nb: "x" y\nc: !secret z\n? [k]\n: 1\n'));
    expect(found.length).toBeGreaterThanOrEqual(4);
    expect(found[0]).toMatch(/^ 2:1 is not valid YAML: Map keys must be unique/);
  });

  it('keeps text as text where YAML 1.1 would not', () => {
    const loaded = yaml('{ on: no, at: 2026-11-29T22:00:00+01:00, id: 0x1f.2, n: 5432 }');
    expect(loaded.ok && loaded.value).toEqual({
      on: 'no',
      at: '2026-11-29T22:00:00+01:00',
      id: '0x1f.2',
      n: 5432,
    });
  });

  it('allows aliases, within bounds', () => {
    const many = `x: &x { a: 1 }\nlist: [${Array.from({ length: 2_000 }, () => '*x').join(', ')}]`;
    expect(yaml(many).ok).toBe(true);
  });

  it('refuses a billion laughs quickly', () => {
    const lines = ['a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]'];
    for (let i = 1; i < 20; i += 1)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(faults(yaml(lines.join('\n')))).toEqual([
      expect.stringContaining('once its aliases are written out'),
    ]);
  });

  it('is not followed into any depth', () => {
    expect(faults(yaml(`${'['.repeat(40)}${']'.repeat(40)}`))).toEqual([
      expect.stringContaining('nested deeper'),
    ]);
    expect(faults(yaml(`${'['.repeat(5_000)}${']'.repeat(5_000)}`))).toEqual([
      expect.stringContaining('nested deeper'),
    ]);
  });

  it('is one document', () => {
    expect(faults(yaml('a: 1\n---\nb: 2\n'))).toEqual([expect.stringContaining('2:1')]);
  });
});

it.each([json, yaml])('an empty text is refused', (load) => {
  expect(faults(load(' \n'))).toEqual([' 1:1 is empty']);
});
