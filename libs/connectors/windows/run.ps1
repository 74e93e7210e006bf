# The requests `run` and `inspect`: claim the attempt, have the task scheduler start it, pass on its output.

$TaskFolder = '\Patchtide\'
$BeginSeconds = 60

function Get-JobLockPath {
    return [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($Journal), 'running')
}

# Closed to everybody but SYSTEM and administrators from the moment it exists. Any user may make a directory in
# ProgramData, and a task of ours runs as SYSTEM: what somebody else made under our name is not used.
function Test-RootClosed {
    $closed = [System.Security.AccessControl.DirectorySecurity]::new()
    $closed.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    $null = [System.IO.Directory]::CreateDirectory($Root, $closed)
    $isLink = ([System.IO.File]::GetAttributes($Root) -band [System.IO.FileAttributes]::ReparsePoint) -ne 0
    if ($isLink) { return $false }
    $trusted = @('S-1-5-18', 'S-1-5-32-544')
    $sid = [System.Security.Principal.SecurityIdentifier]
    $seen = [System.IO.Directory]::GetAccessControl($Root, 'Owner, Access')
    if ($trusted -notcontains $seen.GetOwner($sid).Value) { return $false }
    $strangers = @($seen.GetAccessRules($true, $true, $sid) | Where-Object {
            ($_.AccessControlType -eq 'Allow') -and ($trusted -notcontains $_.IdentityReference.Value)
        })
    return $strangers.Length -eq 0
}

# The first request decides what the attempt is; a lower epoch than known comes too late.
function Confirm-Order($Order) {
    if (-not (Test-JournalFile 'command')) { Set-JournalFile 'command' $Order.command }
    elseif ((Read-JournalFile 'command') -cne $Order.command) { Exit-Refused 'other-command' }
    $known = [long]-1
    $text = (Read-JournalFile 'epoch').Trim()
    if ($text -ne '') { $known = [long]$text }
    if ($Order.epoch -lt $known) { Exit-Refused 'stale-epoch' }
    if ($Order.epoch -gt $known) { Set-JournalFile 'epoch' ($Order.epoch.ToString($Invariant)) }
}

# Nobody runs the attempt while we hold its lock, and the supervisor needs that lock before it looks for `go`.
# So whoever takes `go` back knows that the attempt was not started and will not be.
function Undo-Go {
    $lock = Enter-Lock (Get-JournalPath 'lock') 0
    if ($null -eq $lock) { return }
    try { if (-not (Test-JournalFile 'started')) { Remove-JournalFile 'go' } }
    finally { $lock.Dispose() }
}

function Get-TaskName {
    return $Attempt.Replace('/', '~')
}

function Get-AttemptTask {
    return Get-ScheduledTask -TaskPath $TaskFolder -TaskName (Get-TaskName) -ErrorAction SilentlyContinue
}

# A name is registered once; a second registration is refused. The defaults would stop the task on batteries and after
# three days, and give it the priority of a background program.
function Register-AttemptTask {
    if ($null -ne (Get-AttemptTask)) { return }
    $json = '{{"verb":"supervise","attempt":"{0}"}}' -f $Attempt
    $encoded = [Convert]::ToBase64String($Utf8.GetBytes($json))
    $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File {0} {1}' -f $Program, $encoded
    $action = New-ScheduledTaskAction -Execute $PowerShell -Argument $arguments
    $principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries `
        -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew -Priority 4
    try {
        $null = Register-ScheduledTask -TaskPath $TaskFolder -TaskName (Get-TaskName) -Action $action `
            -Principal $principal -Settings $settings
    }
    catch { if ($null -eq (Get-AttemptTask)) { throw } }
}

# Starting it twice is harmless: the second instance is ignored, or finds the lock taken, or finds `started`.
function Start-AttemptTask {
    try {
        Register-AttemptTask
        Start-ScheduledTask -TaskPath $TaskFolder -TaskName (Get-TaskName)
    }
    catch {
        $task = Get-AttemptTask
        if (($null -ne $task) -and (@('Running', 'Queued') -contains $task.State.ToString())) { return }
        Undo-Go
        Write-ErrorLine ('the scheduled task could not be started: ' + $_.Exception.Message)
        Exit-Refused 'not-started'
    }
}

function Remove-AttemptTask {
    Unregister-ScheduledTask -TaskPath $TaskFolder -TaskName (Get-TaskName) -Confirm:$false -ErrorAction SilentlyContinue
}

# Starts the attempt unless it was started before. Two attempts of one job never overlap.
function Start-Attempt {
    if ((Test-JournalFile 'started') -or (Test-Locked (Get-JournalPath 'lock'))) { return }
    if (Test-Locked (Get-JobLockPath)) { Exit-Refused 'other-attempt-running' }
    Set-JournalFile 'go' $BootId
    Start-AttemptTask
}

# An attempt that was started can be followed on a disk that is full by now.
function Enter-Attempt($Order) {
    try {
        if (-not (Test-RootClosed)) { Exit-Refused 'journal-not-closed' }
        $null = [System.IO.Directory]::CreateDirectory($Journal)
        $claim = Enter-Lock (Get-JournalPath 'claim') 10000
        if ($null -eq $claim) { Exit-Refused 'busy' }
        try {
            Confirm-Order $Order
            Start-Attempt
        }
        finally { $claim.Dispose() }
    }
    catch {
        if (Test-JournalFile 'started') { return }
        Write-ErrorLine ($_.Exception.Message)
        Exit-Refused 'journal-unwritable'
    }
}

# Gives back the offset behind what was passed on.
function Send-Output([long]$Offset) {
    if ((Get-OutputBytes) -le $Offset) { return $Offset }
    $stream = [System.IO.File]::Open((Get-JournalPath 'output'), 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $null = $stream.Seek($Offset, 'Begin')
        $standardOutput = [Console]::OpenStandardOutput()
        $stream.CopyTo($standardOutput)
        $standardOutput.Flush()
        return $stream.Position
    }
    finally { $stream.Dispose() }
}

# Windows finishes some updates between the boot and the logon prompt, and may boot once more for it.
function Test-StillFinishing {
    $minutesUp = ([DateTime]::UtcNow.Ticks - [long]$BootId) / [TimeSpan]::TicksPerMinute
    return ($minutesUp -lt 15) -and -not (Test-LogonReady)
}

function Invoke-Run($Order) {
    Enter-Attempt $Order
    $offset = [long]$Order.offset
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        # The state first: once there is an exit code, all of the output is there.
        $state = Get-State
        $offset = Send-Output $offset
        if ($state -eq 'claimed') { Exit-Refused 'not-started' }
        if (($state -ne 'running') -and -not (($state -eq 'rebooted') -and (Test-StillFinishing))) {
            Remove-AttemptTask
            Exit-WithState $state
        }
        if (($watch.Elapsed.TotalSeconds -gt $BeginSeconds) -and -not (Test-JournalFile 'started')) { Undo-Go }
        if ($watch.Elapsed.TotalSeconds -lt 10) { Start-Sleep -Milliseconds 200 }
        else { Start-Sleep -Milliseconds 1000 }
    }
}
