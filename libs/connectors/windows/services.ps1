# Services. A unit is the name of a service, not the name shown in the console.
#
#   @unit-stop S [DEPENDENT...]    stops it; refuses while a service that needs it runs and is not listed
#   @unit-start S [DEPENDENT...]   starts it, then the listed ones
#   @unit-active S  @unit-inactive S
#   @unit-stopped S [SECS]         it is stopped and stays so for SECS (3)
#   @unit-steady S [SECS]          it runs and stays the same process for SECS (5)
#   @system-running                Windows is up and has finished what it does at start

# Compared, not looked up: Get-Service takes a name for a pattern.
function Get-NamedService([string]$Name) {
    $found = @(Get-Service -ErrorAction SilentlyContinue | Where-Object { $_.ServiceName -eq $Name })
    if ($found.Length -eq 1) { return $found[0] }
    Write-Sentence ('service {0} not found. Correct the unit of the component in the CMDB.' -f $Name)
    exit 4
}

function Get-ServiceState([string]$Name) {
    return (Get-NamedService $Name).Status.ToString()
}

# Running, with the process it runs in: a service that restarts itself is not steady.
function Get-ServiceProcess([string]$Name) {
    $null = Get-NamedService $Name
    $all = Get-CimInstance -ClassName Win32_Service -Property @('Name', 'State', 'ProcessId')
    $service = @($all | Where-Object { $_.Name -eq $Name })
    if (($service.Length -ne 1) -or ($service[0].State -ne 'Running')) { return 0 }
    return [int]$service[0].ProcessId
}

# There is no limit of our own: the step has one.
function Stop-OneService($Service) {
    $Service.Refresh()
    if ($Service.Status -eq 'Stopped') { return }
    if ($Service.Status -ne 'StopPending') { $Service.Stop() }
    $Service.WaitForStatus('Stopped')
    Write-Sentence ('service {0} is stopped' -f $Service.ServiceName)
}

function Start-OneService($Service) {
    $Service.Refresh()
    if ($Service.Status -eq 'Running') { return }
    if ($Service.Status -ne 'StartPending') { $Service.Start() }
    while ($true) {
        $Service.Refresh()
        if ($Service.Status -eq 'Running') { break }
        if ($Service.Status -eq 'Stopped') {
            Exit-Failed ('service {0} stopped again while it started. Read the System event log.' -f $Service.ServiceName)
        }
        Start-Sleep -Milliseconds 300
    }
    Write-Sentence ('service {0} runs' -f $Service.ServiceName)
}

# A service that is disabled now would not come up at the end: better known before it goes down.
function word-unit-stop([string[]]$Words) {
    if ($Words.Length -lt 1) { Exit-Misused '@unit-stop SERVICE [DEPENDENT...]' }
    $service = Get-NamedService $Words[0]
    if ($service.Status -eq 'Stopped') { exit 0 }
    if ($service.StartType -eq 'Disabled') {
        Exit-Failed ('service {0} is disabled, so it could not be started again, and is not stopped.' -f $Words[0])
    }
    $listed = @($Words | Select-Object -Skip 1)
    # All that need it, also indirectly, those that started last coming first.
    $running = @($service.DependentServices | Where-Object { $_.Status -ne 'Stopped' })
    $unlisted = @($running | Where-Object { $listed -notcontains $_.ServiceName } | ForEach-Object { $_.ServiceName })
    if ($unlisted.Length -gt 0) {
        Exit-Failed ('service {0} is not stopped: {1} need it and run. Stop them first, or list them in the step.' -f `
                $Words[0], ($unlisted -join ', '))
    }
    foreach ($dependent in $running) {
        Stop-OneService $dependent
        Add-Note 'stopped-with' $dependent.ServiceName
    }
    Stop-OneService $service
    exit 0
}

function word-unit-start([string[]]$Words) {
    if ($Words.Length -lt 1) { Exit-Misused '@unit-start SERVICE [DEPENDENT...]' }
    foreach ($name in $Words) { Start-OneService (Get-NamedService $name) }
    exit 0
}

function word-unit-active([string[]]$Words) {
    if ($Words.Length -ne 1) { Exit-Misused '@unit-active SERVICE' }
    $state = Get-ServiceState $Words[0]
    if ($state -eq 'Running') { exit 0 }
    Exit-NotYet ('service {0} is {1}' -f $Words[0], $state)
}

function word-unit-inactive([string[]]$Words) {
    if ($Words.Length -ne 1) { Exit-Misused '@unit-inactive SERVICE' }
    $state = Get-ServiceState $Words[0]
    if ($state -eq 'Stopped') { exit 0 }
    Exit-NotYet ('service {0} is {1}' -f $Words[0], $state)
}

# Reads [SECS] behind a service.
function Get-Seconds([string[]]$Words, [int]$Default, [string]$Usage) {
    if ($Words.Length -eq 1) { return $Default }
    if (($Words.Length -ne 2) -or ($Words[1] -notmatch '^[0-9]{1,4}\z')) { Exit-Misused $Usage }
    return [int]$Words[1]
}

function word-unit-stopped([string[]]$Words) {
    $seconds = Get-Seconds $Words 3 '@unit-stopped SERVICE [SECONDS]'
    foreach ($pause in @($seconds, 0)) {
        $state = Get-ServiceState $Words[0]
        if ($state -ne 'Stopped') { Exit-NotYet ('service {0} is {1}' -f $Words[0], $state) }
        Start-Sleep -Seconds $pause
    }
    exit 0
}

function word-unit-steady([string[]]$Words) {
    $seconds = Get-Seconds $Words 5 '@unit-steady SERVICE [SECONDS]'
    $before = Get-ServiceProcess $Words[0]
    if ($before -eq 0) { Exit-NotYet ('service {0} does not run' -f $Words[0]) }
    Start-Sleep -Seconds $seconds
    if ((Get-ServiceProcess $Words[0]) -eq $before) { exit 0 }
    Exit-NotYet ('service {0} did not stay the same process for {1} s' -f $Words[0], $seconds)
}

# The logon screen makes this key when it is about to ask for a user; updates that are finished at start are done then.
# It is gone after each boot.
function Test-LogonReady {
    return Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\AutoLogonChecked'
}

function word-system-running([string[]]$Words) {
    if ($Words.Length -ne 0) { Exit-Misused '@system-running' }
    foreach ($name in @('EventLog', 'RpcSs', 'Schedule', 'Winmgmt')) {
        $state = Get-ServiceState $name
        if ($state -ne 'Running') { Exit-NotYet ('service {0} is {1}' -f $name, $state) }
    }
    $starting = @(Get-Service -ErrorAction SilentlyContinue | Where-Object { $_.Status -eq 'StartPending' })
    if ($starting.Length -gt 0) { Exit-NotYet ('service {0} is starting' -f $starting[0].ServiceName) }
    if (Test-ServicingBusy) { Exit-NotYet 'Windows is finishing updates' }
    if (-not (Test-LogonReady)) { Exit-NotYet 'the logon prompt is not there yet' }
    exit 0
}
