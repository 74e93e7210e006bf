# Patchtide's host program for Windows: executes attempts at most once, survives the connection that asked for them,
# and remembers. Windows PowerShell 5.1, nothing to install.
#
#   powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File <this file> <request>
#
# <request> is UTF-8 JSON in base64, so that no shell on the way finds anything to read in it:
#   { verb: run, attempt, epoch, offset, command }     start the attempt, or attach to it; streams its output from offset
#   { verb: inspect, attempt }                         say what is known of it, change nothing
#   { verb: supervise, attempt }                       only by the scheduled task
#   { verb: word, attempt, step }                      only by the supervisor: a step whose first word begins with @
# `command` is itself JSON text, { attempt, steps: [{ mode: do|until, seconds, argv }] }, kept and compared as it came.
#
# The journal of an attempt is the directory %ProgramData%\Patchtide\journal\<attempt>:
#   claim     held while a request decides             command   what the attempt is; the first request decides
#   epoch     highest epoch that asked                 go        boot identity: the task has been asked to begin
#   lock      held by whoever runs it                  started   boot identity and time, before the first step
#   child     the running step's process id and start  output    of all steps
#   facts     what words found and changed             exit      exit code, written to exit.new and renamed
#   ..\running is held by whoever runs any attempt of the job
# Holding is FileShare.None: the kernel ends it when the holder dies.
#
# Three rules of this source: no text is ever run as code; double-quoted strings hold no variables; every line is ASCII.
param([string]$Request = '')

Set-StrictMode -Version 1.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$Utf8 = [System.Text.UTF8Encoding]::new($false)
$Invariant = [System.Globalization.CultureInfo]::InvariantCulture
$Program = [System.IO.Path]::GetFullPath($PSCommandPath)
$PowerShell = [System.IO.Path]::Combine($PSHOME, 'powershell.exe')
$Root = [System.IO.Path]::Combine([System.Environment]::GetFolderPath('CommonApplicationData'), 'Patchtide')
$BootId = 'unknown'
$Attempt = ''
$Journal = ''

# Raw bytes: the console's code page has no say, and no line end is changed on the way.
function Write-Raw([System.IO.Stream]$Stream, [string]$Text) {
    $bytes = $Utf8.GetBytes($Text)
    $Stream.Write($bytes, 0, $bytes.Length)
    $Stream.Flush()
}

function Write-Line([string]$Text) {
    Write-Raw ([Console]::OpenStandardOutput()) ($Text + "`n")
}

function Write-ErrorLine([string]$Text) {
    Write-Raw ([Console]::OpenStandardError()) ($Text + "`n")
}

function Get-JournalPath([string]$Name) {
    return [System.IO.Path]::Combine($Journal, $Name)
}

function Test-JournalFile([string]$Name) {
    return [System.IO.File]::Exists((Get-JournalPath $Name))
}

# Shares everything, so that reading never stands in a writer's way. Empty when the file is not there.
function Read-JournalFile([string]$Name) {
    if (-not (Test-JournalFile $Name)) { return '' }
    $stream = [System.IO.File]::Open((Get-JournalPath $Name), 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $reader = [System.IO.StreamReader]::new($stream, $Utf8)
        return $reader.ReadToEnd()
    }
    finally { $stream.Dispose() }
}

# On the disk when it returns. CreateNew fails when the file is there.
function Write-JournalFile([string]$Name, [string]$Text, [System.IO.FileMode]$Mode) {
    $stream = [System.IO.FileStream]::new((Get-JournalPath $Name), $Mode, [System.IO.FileAccess]::Write,
        [System.IO.FileShare]::Read, 4096, [System.IO.FileOptions]::WriteThrough)
    try {
        $bytes = $Utf8.GetBytes($Text)
        $stream.Write($bytes, 0, $bytes.Length)
        $stream.Flush($true)
    }
    finally { $stream.Dispose() }
}

# Under its name there is the old text or the new one, never a part.
function Set-JournalFile([string]$Name, [string]$Text) {
    $new = $Name + '.new'
    Write-JournalFile $new $Text 'Create'
    if (Test-JournalFile $Name) {
        [System.IO.File]::Replace((Get-JournalPath $new), (Get-JournalPath $Name), [NullString]::Value)
    }
    else { [System.IO.File]::Move((Get-JournalPath $new), (Get-JournalPath $Name)) }
}

function Remove-JournalFile([string]$Name) {
    [System.IO.File]::Delete((Get-JournalPath $Name))
}

# ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; a message would be in the host's language.
function Test-Held([System.Management.Automation.ErrorRecord]$Failure) {
    $code = $Failure.Exception.GetBaseException().HResult
    return ($code -eq -2147024864) -or ($code -eq -2147024863)
}

# The open file, which is the lock; nothing when somebody else has it for longer than we wait.
function Enter-Lock([string]$Path, [int]$WaitMs) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        try { return [System.IO.File]::Open($Path, 'OpenOrCreate', 'ReadWrite', 'None') }
        catch { if (-not (Test-Held $_)) { throw } }
        if ($watch.ElapsedMilliseconds -ge $WaitMs) { return $null }
        Start-Sleep -Milliseconds 100
    }
}

# Looks without taking: others may look at the same time. Whoever takes a lock tries again for a while.
function Test-Locked([string]$Path) {
    if (-not [System.IO.File]::Exists($Path)) { return $false }
    try {
        $look = [System.IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite')
        $look.Dispose()
        return $false
    }
    catch {
        if (Test-Held $_) { return $true }
        throw
    }
}
