# Where every call begins.

# A device name would be opened instead of a directory, and Windows drops a dot at the end of a name.
function Test-AttemptId($Text) {
    if ($Text -isnot [string]) { return $false }
    if ($Text -cnotmatch '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}/[A-Za-z0-9][A-Za-z0-9._-]{0,159}/[0-9]{1,9}\z') { return $false }
    foreach ($name in $Text.Split('/')) {
        if ($name -match '^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\z)') { return $false }
        if ($name.EndsWith('.')) { return $false }
    }
    return $true
}

function Test-Count($Value) {
    return (($Value -is [int]) -or ($Value -is [long])) -and ($Value -ge 0)
}

function Test-Step($Step) {
    if (@('do', 'until') -cnotcontains $Step.mode) { return $false }
    if (-not (Test-Count $Step.seconds) -or ($Step.seconds -lt 1) -or ($Step.seconds -gt 31536000)) { return $false }
    $argv = @($Step.argv)
    if ($argv.Length -eq 0) { return $false }
    if (@($argv | Where-Object { $_ -isnot [string] }).Length -gt 0) { return $false }
    return $argv[0] -ne ''
}

# `command` names the attempt too: two ids that differ in case only share a directory on Windows, and must not share a journal.
function Test-Command($Text) {
    if ($Text -isnot [string]) { return $false }
    $command = ConvertFrom-Json -InputObject $Text
    if ($command.attempt -cne $Attempt) { return $false }
    $steps = @($command.steps)
    if ($steps.Length -eq 0) { return $false }
    return @($steps | Where-Object { -not (Test-Step $_) }).Length -eq 0
}

# Undefined when it is no request.
function Read-Request([string]$Encoded) {
    try {
        $order = ConvertFrom-Json -InputObject $Utf8.GetString([Convert]::FromBase64String($Encoded))
        if (Test-AttemptId $order.attempt) { return $order }
    }
    catch { Write-ErrorLine ($_.Exception.GetBaseException().Message) }
    return $null
}

function Test-RunRequest($Order) {
    if (-not (Test-Count $Order.epoch) -or -not (Test-Count $Order.offset)) { return $false }
    try { return Test-Command $Order.command }
    catch { return $false }
}

$Order = Read-Request $Request
if ($null -eq $Order) { Exit-Refused 'bad-request' }
$Attempt = $Order.attempt
$BootId = Get-BootId
$Directory = [System.IO.Path]::Combine($Root, 'journal', $Attempt.Replace('/', '\'))
# Longest name in it: command.new. Windows PowerShell takes paths below 260 characters, directories below 248.
if ($Directory.Length -gt 240) { Exit-Refused 'bad-request' }
switch -CaseSensitive -Exact ($Order.verb) {
    'run' {
        if (-not (Test-RunRequest $Order)) { Exit-Refused 'bad-request' }
        $Journal = $Directory
        Invoke-Run $Order
    }
    'inspect' {
        $Journal = $Directory
        Exit-WithState (Get-State)
    }
    'supervise' {
        $Journal = $Directory
        Invoke-Supervise
    }
    'word' {
        $Journal = $Directory
        Invoke-Word $Order
    }
    default { Exit-Refused 'bad-request' }
}
