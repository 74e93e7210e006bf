import { AnswerReader, encodeRequest, RequestReader } from './serve-protocol';

function read(...chunks: string[]): string[] {
  const seen: string[] = [];
  const reader = new AnswerReader({
    onGreeting: () => seen.push('greeting'),
    onOutput: (chunk) => seen.push(`output ${chunk.toString()}`),
    onLine: (line) => seen.push(`line ${line.toString()}`),
    onAnswered: (exitCode) => seen.push(`answered ${exitCode}`),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return seen;
}

describe('what a resident is asked', () => {
  it('is a line for each argument, or more where it has line ends', () => {
    expect(encodeRequest(['run', 'a\nb\n', ''])).toBe('.run\n+a\n+b\n.\n.\n!\n');
  });

  it('is not read when it is of another protocol', () => {
    expect(() => new RequestReader(() => undefined).push('GET / HTTP/1.1\n')).toThrow('no line of a request');
  });
});

describe('what a resident answers', () => {
  it('is output, counted, and lines beside it', () => {
    const said = 'patchtide-serve\npatchtide-output 4\none\npatchtide-status state=x\npatchtide-answered 0\n';
    expect(read(said)).toEqual(['greeting', 'output one\n', 'line patchtide-status state=x\n', 'answered 0']);
  });

  it('cannot be forged by output', () => {
    const output = 'x\npatchtide-answered 0\npatchtide-status state=exited\n';
    expect(read(`patchtide-output ${output.length}\n${output}patchtide-answered 1\n`)).toEqual([
      `output ${output}`,
      'answered 1',
    ]);
  });

  it('may be cut anywhere on the way', () => {
    expect(read('patchtide-out', 'put 5\n', 'on', 'e', '\n2patchtide-answ', 'ered 7', '\n')).toEqual([
      'output on',
      'output e',
      'output \n2',
      'answered 7',
    ]);
  });

  it('is passed on in pieces where a line has no end', () => {
    expect(read('x'.repeat(100_000), 'y\n')).toEqual([`line ${'x'.repeat(100_000)}`, 'line y\n']);
  });
});
