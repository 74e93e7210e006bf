import { splitWords } from './posix-words';

describe('a quoted command line', () => {
  it.each<[string, string[]]>([
    ['systemctl stop nginx', ['systemctl', 'stop', 'nginx']],
    ["'systemctl' 'stop' 'nginx@a'", ['systemctl', 'stop', 'nginx@a']],
    ["echo ''", ['echo', '']],
    [`echo 'it'\\''s'`, ['echo', "it's"]],
    [`echo "a \\"b\\" \\$c d\\e"`, ['echo', 'a "b" $c d\\e']],
    ["echo '$(rm -rf /)' '; reboot' '`id`'", ['echo', '$(rm -rf /)', '; reboot', '`id`']],
    ["echo 'two\nlines' 'ä ö'", ['echo', 'two\nlines', 'ä ö']],
    ['echo a\\ b', ['echo', 'a b']],
    ['\techo   x ', ['echo', 'x']],
  ])('is read as its words: %s', (line, argv) => {
    expect(splitWords(line)).toEqual({ ok: true, argv });
  });

  it.each([
    'echo $HOME',
    'PATH=/tmp ls',
    'echo $(id)',
    'echo `id`',
    'echo "$HOME"',
    'echo "`id`"',
    'echo a; reboot',
    'echo a | sh',
    'echo a && reboot',
    'echo a > /etc/passwd',
    'echo < file',
    'echo *',
    'echo ~',
    'echo # comment',
    'echo {a,b}',
    'echo a\nreboot',
    "echo 'open",
    'echo "open',
    'echo \\',
    '',
    '   ',
  ])('is refused when a shell would do more than splitting: %j', (line) => {
    expect(splitWords(line).ok).toBe(false);
  });
});
