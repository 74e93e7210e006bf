# What the scheduled task does: take the lock, execute the steps, write down how it ended.

function Add-Output([string]$Text) {
    $stream = Open-Output
    try { Write-Raw $stream ($Text + "`n") }
    finally { $stream.Dispose() }
}

# With the right to append and no other, Windows puts every write at the end, whoever else writes.
function Open-Output {
    $rights = [System.Security.AccessControl.FileSystemRights]'AppendData, Synchronize'
    return [System.IO.FileStream]::new((Get-JournalPath 'output'), [System.IO.FileMode]::Append, $rights,
        [System.IO.FileShare]::ReadWrite, 1, [System.IO.FileOptions]::None)
}

# One argument as every program reads it that uses Microsoft's C runtime. Windows PowerShell's own passing of arguments
# drops empty ones and does not escape double quotes.
function ConvertTo-QuotedArgument([string]$Text) {
    if ($Text -cmatch '^[A-Za-z0-9_./:=+@,\\-]+\z') { return $Text }
    $escaped = [regex]::Replace($Text, '(\\*)"', '$1$1\"')
    return '"' + [regex]::Replace($escaped, '(\\+)\z', '$1$1') + '"'
}

function Get-StartInfo([string]$File, [string]$Arguments) {
    $info = [System.Diagnostics.ProcessStartInfo]::new($File, $Arguments)
    $info.UseShellExecute = $false
    $info.CreateNoWindow = $true
    $info.WorkingDirectory = [System.Environment]::SystemDirectory
    return $info
}

# Words are ours and run in a process of their own, so that they can be ended. They read the step from the journal.
function Get-StepStartInfo([string[]]$Argv, [int]$Number) {
    if (-not $Argv[0].StartsWith('@')) {
        $words = @($Argv | Select-Object -Skip 1 | ForEach-Object { ConvertTo-QuotedArgument $_ })
        return Get-StartInfo $Argv[0] ($words -join ' ')
    }
    $json = '{{"verb":"word","attempt":"{0}","step":{1}}}' -f $Attempt, $Number
    $encoded = [Convert]::ToBase64String($Utf8.GetBytes($json))
    $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File {0} {1}' -f $Program, $encoded
    return Get-StartInfo $PowerShell $arguments
}

function Stop-ProcessTree([System.Diagnostics.Process]$Process) {
    $taskkill = [System.IO.Path]::Combine([System.Environment]::SystemDirectory, 'taskkill.exe')
    $killer = [System.Diagnostics.Process]::Start((Get-StartInfo $taskkill ('/T /F /PID {0}' -f $Process.Id)))
    $null = $killer.WaitForExit(20000)
    $null = $Process.WaitForExit(20000)
}

# Exit codes are 32 bits wide here and the status has room for one byte; failure must stay failure.
function ConvertTo-StepCode([int]$Code) {
    if (($Code -ge 0) -and ($Code -le 255)) { return $Code }
    Add-Output ('patchtide: the program ended with code {0} (0x{0:X8})' -f $Code)
    return 1
}

# Waits for the end of a step that has begun; 124 when its time was up.
function Wait-Step([System.Diagnostics.Process]$Process, [int]$Seconds) {
    $outputs = @((Open-Output), (Open-Output))
    try {
        $copies = [System.Threading.Tasks.Task[]]@(
            $Process.StandardOutput.BaseStream.CopyToAsync($outputs[0]),
            $Process.StandardError.BaseStream.CopyToAsync($outputs[1])
        )
        $Process.StandardInput.Close()
        $isOver = $Process.WaitForExit([int][Math]::Min([long]$Seconds * 1000, [int]::MaxValue))
        if (-not $isOver) { Stop-ProcessTree $Process }
        # What a program left running still holds its output; the step is over all the same. So it is when the output
        # did not fit on the disk.
        try { $null = [System.Threading.Tasks.Task]::WaitAll($copies, 3000) }
        catch [System.AggregateException] { $copies = $null }
        if (-not $isOver) { return 124 }
        return ConvertTo-StepCode $Process.ExitCode
    }
    finally { foreach ($output in $outputs) { $output.Dispose() } }
}

# For the case that the supervisor is killed and the step runs on. On a full disk the step still has its end.
function Write-ChildRecord([System.Diagnostics.Process]$Process) {
    $ticks = $Process.StartTime.ToUniversalTime().Ticks
    try { Set-JournalFile 'child' ('{0} {1}' -f $Process.Id, $ticks) }
    catch [System.IO.IOException] { return }
}

# A batch file would be read by cmd.exe, which finds commands in arguments whatever their quoting.
function Invoke-Once([string[]]$Argv, [int]$Number, [int]$Seconds) {
    if ($Argv[0] -match '\.(bat|cmd)[\s.]*\z') {
        Add-Output ('patchtide: {0} is a batch file, and its arguments cannot be passed safely.' -f $Argv[0])
        Add-Output 'patchtide: use a program, or powershell.exe with -File.'
        return 126
    }
    $info = Get-StepStartInfo $Argv $Number
    $info.RedirectStandardInput = $true
    $info.RedirectStandardOutput = $true
    $info.RedirectStandardError = $true
    try { $process = [System.Diagnostics.Process]::Start($info) }
    catch {
        Add-Output ('patchtide: {0} could not be started: {1}' -f $Argv[0], $_.Exception.GetBaseException().Message)
        return 127
    }
    try {
        Write-ChildRecord $process
        return Wait-Step $process $Seconds
    }
    finally {
        Remove-JournalFile 'child'
        $process.Dispose()
    }
}

function Invoke-Until([string[]]$Argv, [int]$Number, [int]$Seconds) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $left = $Seconds - [int][Math]::Floor($watch.Elapsed.TotalSeconds)
        if ($left -le 0) { return 124 }
        if ((Invoke-Once $Argv $Number $left) -eq 0) { return 0 }
        Start-Sleep -Seconds 1
    }
}

# The first failing step ends the attempt. Null: the host is on its way down, and that is not the attempt's result.
function Invoke-Steps($Steps) {
    $number = 0
    foreach ($step in $Steps) {
        $number++
        $argv = [string[]]@($step.argv)
        if ($step.mode -ceq 'until') { $code = Invoke-Until $argv $number $step.seconds }
        else { $code = Invoke-Once $argv $number $step.seconds }
        if ((Test-JournalFile 'rebooting') -and ($code -ne 124)) { return $null }
        if ($code -ne 0) {
            Add-Output ('patchtide: step {0} ended with code {1}' -f $number, $code)
            return $code
        }
    }
    return 0
}

# `started` is made only if it is not there, and before the first step: a start that is forgotten would be repeated.
# exit.new is made before it: a disk that is full later cannot hide the code.
function Start-Journal {
    (Open-Output).Dispose()
    Write-JournalFile 'exit.new' "   `n" 'Create'
    $seconds = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds().ToString($Invariant)
    Write-JournalFile 'started' ('{0} {1}' -f $BootId, $seconds) 'CreateNew'
}

function Complete-Journal([int]$Code) {
    Write-JournalFile 'exit.new' ($Code.ToString($Invariant).PadRight(3) + "`n") 'OpenOrCreate'
    [System.IO.File]::Move((Get-JournalPath 'exit.new'), (Get-JournalPath 'exit'))
}

function Invoke-Supervise {
    $lock = Enter-Lock (Get-JournalPath 'lock') 10000
    if ($null -eq $lock) { exit 1 }
    if ((Test-JournalFile 'started') -or ((Read-JournalFile 'go') -ne $BootId)) { exit 1 }
    $jobLock = Enter-Lock (Get-JobLockPath) 5000
    if ($null -eq $jobLock) {
        Remove-JournalFile 'go'
        exit 1
    }
    $order = ConvertFrom-Json -InputObject (Read-JournalFile 'command')
    Start-Journal
    try {
        $code = Invoke-Steps $order.steps
        if ($null -ne $code) { Complete-Journal $code }
    }
    catch { Add-Output ('patchtide: the supervisor failed: ' + $_.Exception.Message) }
    finally {
        $jobLock.Dispose()
        $lock.Dispose()
    }
}
