# What a journal says: the states, and the status line that ends every request.

# When wininit.exe began, in ticks of UTC. There is one per boot, and its start is written down once.
# Win32_OperatingSystem.LastBootUpTime is computed again at each question and moves with the clock: on virtual machines
# it changes without a reboot, and a step would count as rebooted that was not. While a host comes up, WMI may not answer.
function Get-BootId {
    for ($try = 1; $true; $try++) {
        try {
            $init = @(Get-CimInstance -ClassName Win32_Process -Filter 'Name = "wininit.exe"' -Property CreationDate)
            if ($init.Length -eq 1) { return $init[0].CreationDate.ToUniversalTime().Ticks.ToString($Invariant) }
            throw 'there is not exactly one wininit.exe'
        }
        catch { if ($try -ge 30) { throw } }
        Start-Sleep -Seconds 2
    }
}

function Get-OutputBytes {
    if (-not (Test-JournalFile 'output')) { return [long]0 }
    # Asks the file itself: what a directory says of a file that is being written may be old.
    $stream = [System.IO.File]::Open((Get-JournalPath 'output'), 'Open', 'Read', 'ReadWrite, Delete')
    try { return $stream.Length }
    finally { $stream.Dispose() }
}

function Get-StartedBoot {
    return (Read-JournalFile 'started').Split(' ')[0].Trim()
}

# On stderr and behind a word of their own, so that no program's output can be taken for one. Notes come first: where
# there are too many facts, the last packages are the ones to miss.
function Write-FactLines {
    $lines = @((Read-JournalFile 'facts').Split([char]10) | Where-Object { $_ -cmatch '^(note|package) ' })
    $ordered = @($lines | Where-Object { $_ -cmatch '^note ' }) + @($lines | Where-Object { $_ -cmatch '^package ' })
    foreach ($line in @($ordered | Select-Object -First 2000)) { Write-ErrorLine ('patchtide-fact ' + $line) }
    $cut = $lines.Length - 2000
    if ($cut -gt 0) { Write-ErrorLine ('patchtide-fact note facts-cut {0}' -f $cut) }
}

# The status line, which ends every request. It begins on a line of its own: PowerShell itself writes to stderr, too.
function Exit-WithStatus([string]$State, [string]$Code = '-', [string]$Reason = '') {
    $size = [long]0
    $startedBoot = ''
    if ($Journal -ne '') {
        $size = Get-OutputBytes
        $startedBoot = Get-StartedBoot
    }
    if ($startedBoot -eq '') { $startedBoot = '-' }
    Write-ErrorLine ''
    if (($State -eq 'exited') -or ($State -eq 'rebooted')) { Write-FactLines }
    $words = 'patchtide-status state={0} code={1} boot={2} started-boot={3} size={4}' -f $State, $Code, $BootId, $startedBoot, $size
    if ($Reason -ne '') { $words = $words + ' reason=' + $Reason }
    Write-ErrorLine $words
    exit 0
}

function Exit-Refused([string]$Reason) {
    Exit-WithStatus 'refused' '-' $Reason
}

# The step of a supervisor that was killed may run on; the process id alone could be another program's by now.
function Test-ChildAlive {
    $words = (Read-JournalFile 'child').Trim().Split(' ')
    if ($words.Length -ne 2) { return $false }
    $process = Get-Process -Id ([int]$words[0]) -ErrorAction SilentlyContinue
    if ($null -eq $process) { return $false }
    try { return $process.StartTime.ToUniversalTime().Ticks.ToString($Invariant) -eq $words[1] }
    catch { return $false }
}

# exited is looked for again behind the lock: the exit code is written before the lock is free.
function Get-State {
    if (-not [System.IO.Directory]::Exists($Journal)) { return 'absent' }
    if (Test-JournalFile 'exit') { return 'exited' }
    if (Test-Locked (Get-JournalPath 'lock')) { return 'running' }
    if (Test-JournalFile 'exit') { return 'exited' }
    if (-not (Test-JournalFile 'started')) {
        # No task is started by a boot, so a request of an earlier one has come to nothing.
        if ((Read-JournalFile 'go') -eq $BootId) { return 'running' }
        if (Test-JournalFile 'started') { return 'running' }
        return 'claimed'
    }
    if (Test-ChildAlive) { return 'running' }
    $startedBoot = Get-StartedBoot
    # An empty file: the host or the supervisor died while it was written. That is no proof of another boot.
    if (($startedBoot -eq '') -or ($startedBoot -eq $BootId)) { return 'interrupted' }
    return 'rebooted'
}

function Exit-WithState([string]$State) {
    if ($State -ne 'exited') { Exit-WithStatus $State }
    Exit-WithStatus 'exited' (Read-JournalFile 'exit').Trim()
}
