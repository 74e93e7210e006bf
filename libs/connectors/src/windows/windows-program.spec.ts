import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionsOf, readPowerShell, unbalanced } from './testing/powershell-source';
import { WINDOWS_PROGRAM, WINDOWS_PROGRAM_FILES, WINDOWS_PROGRAM_FOLDER } from './windows-program';

/** No PowerShell runs these tests. They hold the source to rules that can be seen without running it. */
const files = [...WINDOWS_PROGRAM_FILES, 'upload.ps1'].map((name) => {
  const text = readFileSync(join(WINDOWS_PROGRAM_FOLDER, name), 'utf8');
  return { name, text, ...readPowerShell(text) };
});
const program = readPowerShell(WINDOWS_PROGRAM).code;
const functions = functionsOf(program);

/** Of Windows PowerShell 5.1 and of Windows Server 2016 and later. */
const CMDLETS = new Set([
  'Set-StrictMode',
  'Start-Sleep',
  'Get-Process',
  'Get-Service',
  'Get-CimInstance',
  'Get-Command',
  'Get-Item',
  'Test-Path',
  'New-Object',
  'ConvertFrom-Json',
  'Where-Object',
  'ForEach-Object',
  'Select-Object',
  'New-ScheduledTaskAction',
  'New-ScheduledTaskPrincipal',
  'New-ScheduledTaskSettingsSet',
  'Register-ScheduledTask',
  'Start-ScheduledTask',
  'Get-ScheduledTask',
  'Unregister-ScheduledTask',
]);

describe('the program for Windows', () => {
  it('consists of the files in its folder', () => {
    expect(readdirSync(WINDOWS_PROGRAM_FOLDER).sort()).toEqual(files.map(({ name }) => name).sort());
  });

  it('takes its parameters before anything else, as PowerShell demands', () => {
    expect(program.trim()).toMatch(/^param\(/);
    expect(program.match(/^param\(/gm)).toHaveLength(1);
  });

  it.each(files)(
    '$name is ASCII with plain line ends: 5.1 reads files without a mark in the code page of the host',
    ({ text }) => {
      expect(text).toMatch(/^[\n -~]*\n$/);
    },
  );

  it.each(files)('$name closes every bracket that it opens', ({ code }) => {
    expect(unbalanced(code)).toEqual([]);
  });

  it.each(files)('$name puts no variable into a text', ({ expandable }) => {
    expect(expandable.filter((text) => text.includes('$'))).toEqual([]);
  });

  it.each(files)('$name runs no text as code', ({ code }) => {
    const wayToRunText =
      /Invoke-Expression|\biex\b|Invoke-Command|ScriptBlock|Add-Type|Start-Process|Start-Job|\s-Command\b|-EncodedCommand|cmd\.exe/i;
    expect(code).not.toMatch(wayToRunText);
  });

  it('calls by a name that it was given only functions of its own', () => {
    expect(program.match(/&.*/g)).toEqual(['& $function -Words $words']);
    expect(WINDOWS_PROGRAM).toContain("Get-Command -CommandType Function -Name ('word-' + $name)");
    expect(program).not.toMatch(/^\s*\. /m);
  });

  it.each(files)('$name has nothing that only later PowerShell has', ({ code }) => {
    expect(code).not.toMatch(/\?\?|\?\.|&&|\|\||\?\[|\s\?\s/);
  });

  it('calls nothing but its own functions and known commands', () => {
    const own = new Set(functions.map(({ name }) => name));
    const called = [...program.matchAll(/(?<![\w.:$-])[A-Z][a-z]+-[A-Z][A-Za-z0-9]+/g)].map(([name]) => name);
    expect([...new Set(called)].filter((name) => !own.has(name) && !CMDLETS.has(name))).toEqual([]);
  });

  it('defines each function once, and none that nobody calls', () => {
    const names = functions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const uses = (name: string): number =>
      program.split(new RegExp(`(?<![\\w-])${name}(?![\\w-])`)).length - 1;
    expect(names.filter((name) => !name.startsWith('word-') && uses(name) < 2)).toEqual([]);
  });

  it('keeps functions below 60 lines and files below 300', () => {
    expect(functions.filter(({ lines }) => lines > 60)).toEqual([]);
    expect(files.filter(({ text }) => text.split('\n').length > 300)).toEqual([]);
  });

  it.each([
    'unit-stop',
    'unit-start',
    'unit-active',
    'unit-inactive',
    'unit-stopped',
    'unit-steady',
    'system-running',
    'patch',
    'packages-clean',
    'reboot',
  ])('knows the word @%s', (word) => {
    expect(functions.map(({ name }) => name)).toContain(`word-${word}`);
  });
});

describe('readPowerShell', () => {
  it('takes out comments and strings, and nothing else', () => {
    const text = `a 'it''s # no { comment' # one ( here\nb "x\`"y $z" { c }\n`;
    expect(readPowerShell(text)).toEqual({ code: `a '' \nb '' { c }\n`, expandable: ['x`"y $z'] });
  });

  it('sees a bracket that is not closed, and one that was not opened', () => {
    expect(unbalanced('{ ( }')).not.toEqual([]);
    expect(unbalanced('{')).toEqual(['}']);
    expect(unbalanced(']')).not.toEqual([]);
    expect(unbalanced('{ [a](b) }')).toEqual([]);
  });
});
