# Windows Update by its COM interface, which refuses to install in a network logon: hence the scheduled task.
#
#   @patch wua scope=all|security [lock-seconds=N] [only=KB...] [skip=KB...]
#   @packages-clean wua

# Classifications have fixed ids; their names are in the host's language.
$SecurityClasses = @(
    '0fa1201d-4330-4fa8-8ae9-b877473b6441', # security updates
    'e6cf1350-c01b-414d-a61f-263d14d133b4', # critical updates
    '28bc880e-0592-4cbf-8f95-c79b17911d5f'  # update rollups
)
# Left out at any scope: definitions, which keep themselves current several times a day; another release of Windows,
# which is a migration and no patch; drivers.
$NeverClasses = @(
    'e0789628-ce08-4437-be74-2495b842f43b', # definition updates
    '3689bdc8-b205-4af4-8d4a-a63924c5e9d5', # upgrades
    'ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0'  # drivers
)
$MostRounds = 5

function ConvertTo-Kb([string]$Text) {
    if ($Text -notmatch '^(KB)?([0-9]{5,8})\z') { Exit-Misused 'only= and skip= take the numbers of articles, like KB5031364' }
    return 'KB' + $Matches[2]
}

function Read-PatchOptions([string[]]$Words) {
    $options = @{ scope = 'all'; lockSeconds = 300; only = @(); skip = @() }
    foreach ($word in $Words) {
        $name, $value = $word.Split([char[]]'=', 2)
        switch -CaseSensitive -Exact ($name) {
            'scope' { $options.scope = $value }
            'lock-seconds' { $options.lockSeconds = [int]$value }
            'only' { $options.only += ConvertTo-Kb $value }
            'skip' { $options.skip += ConvertTo-Kb $value }
            # Every method gets it; there are no such files here.
            'conffiles' { break }
            default { Exit-Misused '@patch wua [scope=all|security] [lock-seconds=N] [only=KB...] [skip=KB...]' }
        }
    }
    if (@('all', 'security') -cnotcontains $options.scope) { Exit-Misused 'scope=all or scope=security' }
    return $options
}

function Get-UpdateKbs($Update) {
    return @($Update.KBArticleIDs | ForEach-Object { 'KB' + $_ })
}

# As facts name it: the article, or where there is none, the update's own id.
function Get-UpdateName($Update) {
    $kbs = @(Get-UpdateKbs $Update)
    if ($kbs.Length -gt 0) { return $kbs[0] }
    return 'update-' + $Update.Identity.UpdateID
}

# Why an update that is offered is left out; empty when it is wanted.
function Get-Objection($Update, $Options) {
    $kbs = @(Get-UpdateKbs $Update)
    $classes = @($Update.Categories | ForEach-Object { $_.CategoryID })
    if (@($kbs | Where-Object { $Options.skip -contains $_ }).Length -gt 0) { return 'the policy skips it' }
    if ($Options.only.Length -gt 0) {
        if (@($kbs | Where-Object { $Options.only -contains $_ }).Length -eq 0) { return 'the policy wants others only' }
    }
    elseif ($Update.BrowseOnly) { return 'it is optional' }
    elseif (($Options.scope -ceq 'security') -and (@($classes | Where-Object { $SecurityClasses -contains $_ }).Length -eq 0)) {
        return 'it is no security update'
    }
    # Type 2 is a driver.
    if (($Update.Type -eq 2) -or (@($classes | Where-Object { $NeverClasses -contains $_ }).Length -gt 0)) {
        return 'definitions, upgrades and drivers are not installed'
    }
    if ($Update.InstallationBehavior.CanRequestUserInput) { return 'it may ask a user' }
    return ''
}

function Find-Updates($Session) {
    $result = $Session.CreateUpdateSearcher().Search('IsInstalled=0 and IsHidden=0')
    # 3: found, with errors; what was found can be used, and is searched for again at the end.
    if (@(2, 3) -notcontains $result.ResultCode) { Exit-Failed ('the search for updates ended with result {0}' -f $result.ResultCode) }
    $updates = @()
    for ($i = 0; $i -lt $result.Updates.Count; $i++) { $updates += $result.Updates.Item($i) }
    return $updates
}

# One that must be installed alone (impact 2) gets a round of its own.
function Select-Round($Wanted) {
    $alone = @($Wanted | Where-Object { $_.InstallationBehavior.Impact -eq 2 })
    if ($alone.Length -gt 0) { return $alone[0] }
    return $Wanted
}

function ConvertTo-Collection($Updates) {
    $collection = New-Object -ComObject Microsoft.Update.UpdateColl
    foreach ($update in $Updates) {
        if (-not $update.EulaAccepted) { $update.AcceptEula() }
        $null = $collection.Add($update)
    }
    # The comma: a collection that is given back on its own is taken apart.
    return , $collection
}

function Format-Failure($Update, $Result) {
    return '{0} ended with result {1} and code 0x{2:X8}: {3}' -f (Get-UpdateName $Update), $Result.ResultCode, $Result.HResult, $Update.Title
}

function Save-Updates($Session, $Collection) {
    $downloader = $Session.CreateUpdateDownloader()
    $downloader.Updates = $Collection
    $result = $downloader.Download()
    for ($i = 0; $i -lt $Collection.Count; $i++) {
        $one = $result.GetUpdateResult($i)
        if (@(2, 3) -notcontains $one.ResultCode) {
            Exit-Failed ('nothing of this round was installed; the download of ' + (Format-Failure ($Collection.Item($i)) $one))
        }
    }
}

function Get-IdleInstaller($Session, [int]$WaitSeconds) {
    $installer = $Session.CreateUpdateInstaller()
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($installer.IsBusy) {
        if ($watch.Elapsed.TotalSeconds -ge $WaitSeconds) { Exit-Failed ('another installation has been running for {0} s' -f $WaitSeconds) }
        Start-Sleep -Seconds 5
    }
    if ($installer.RebootRequiredBeforeInstallation) {
        Exit-Failed 'Windows installs nothing before it is rebooted. Reboot the server, then retry.'
    }
    $installer.AllowSourcePrompts = $false
    $installer.ForceQuiet = $true
    return $installer
}

# Tells of every update before it gives up: what was installed beside a failed one is installed.
function Install-Updates($Installer, $Collection, $Done) {
    $Installer.Updates = $Collection
    $result = $Installer.Install()
    $failures = @()
    for ($i = 0; $i -lt $Collection.Count; $i++) {
        $update = $Collection.Item($i)
        $one = $result.GetUpdateResult($i)
        if (@(2, 3) -notcontains $one.ResultCode) {
            $failures += Format-Failure $update $one
            continue
        }
        $Done[$update.Identity.UpdateID] = Get-UpdateName $update
        if ($one.ResultCode -eq 3) { Write-Sentence (Format-Failure $update $one) }
        else { Write-Sentence ('installed {0}' -f $update.Title) }
        Write-UpdateFacts $update
    }
    foreach ($failure in $failures) { Write-Sentence $failure }
    if ($failures.Length -gt 0) { Exit-Failed ('{0} updates were not installed: {1}' -f $failures.Length, $failures[0]) }
}

function Write-UpdateFacts($Update) {
    $name = Get-UpdateName $Update
    Add-PackageFact $name '-' 'installed'
    Add-Note ($name.ToLowerInvariant()) ($Update.Title)
}

# An update that is offered again after it was installed was not installed, unless the reboot is what it waits for.
function Confirm-Installed($Offered, $Done) {
    $again = @($Offered | Where-Object { $Done.ContainsKey($_.Identity.UpdateID) -and -not $_.RebootRequired })
    if ($again.Length -eq 0) { return }
    Exit-Failed ('{0} was reported as installed, and is offered again without a reboot to wait for' -f $Done[$again[0].Identity.UpdateID])
}

function Write-LeftOut($Offered, $Options) {
    foreach ($update in $Offered) {
        $objection = Get-Objection $update $Options
        if ($objection -ne '') { Write-Sentence ('left out, because {0}: {1}' -f $objection, $update.Title) }
    }
}

function Exit-Patched($Done, $Reasons, $Left) {
    if ($Reasons.Length -gt 0) { Add-Note 'reboot-needed' ($Reasons -join ', ') }
    if ($Left.Length -gt 0) {
        Add-Note 'updates-left' ('{0} more are offered and can be installed after the reboot' -f $Left.Length)
        Write-Sentence ('{0} more updates are offered and can be installed after the reboot' -f $Left.Length)
    }
    Write-Sentence ('{0} updates installed' -f $Done.Count)
    exit 0
}

# Some updates are offered only when others are in. Ends when nothing wanted is offered, or only a reboot helps.
function word-patch([string[]]$Words) {
    if (($Words.Length -lt 1) -or ($Words[0] -cne 'wua')) { Exit-Misused '@patch wua; no other method is for Windows' }
    $options = Read-PatchOptions @($Words | Select-Object -Skip 1)
    $session = New-Object -ComObject Microsoft.Update.Session
    $session.ClientApplicationID = 'Patchtide'
    $done = @{}
    for ($round = 1; $true; $round++) {
        $offered = @(Find-Updates $session)
        if ($round -eq 1) { Write-LeftOut $offered $options }
        $reasons = @(Get-UpdateRebootReasons)
        if ($reasons.Length -eq 0) { Confirm-Installed $offered $done }
        $wanted = @($offered | Where-Object { -not $done.ContainsKey($_.Identity.UpdateID) -and ((Get-Objection $_ $options) -eq '') })
        if (($wanted.Length -eq 0) -or (($done.Count -gt 0) -and ($reasons.Length -gt 0))) { Exit-Patched $done $reasons $wanted }
        if ($round -gt $MostRounds) { Exit-Failed ('updates are still offered after {0} rounds' -f $MostRounds) }
        $installer = Get-IdleInstaller $session $options.lockSeconds
        $collection = ConvertTo-Collection @(Select-Round $wanted)
        Save-Updates $session $collection
        Install-Updates $installer $collection $done
    }
}

# The article in the title, which later tries share; definitions are not ours.
function Get-HistoryKey($Entry) {
    if ($Entry.Title -match 'KB[0-9]{5,8}') { return $Matches[0] }
    return $Entry.UpdateIdentity.UpdateID
}

# An update may be reported as installed and be taken back during the reboot; only the history says so. It is given
# newest first, in UTC.
function word-packages-clean([string[]]$Words) {
    if (($Words -join ' ') -cne 'wua') { Exit-Misused '@packages-clean wua' }
    $reasons = @(Get-UpdateRebootReasons)
    if ($reasons.Length -gt 0) { Exit-Failed ('a reboot is still pending: ' + ($reasons -join ', ')) }
    $searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
    $total = $searcher.GetTotalHistoryCount()
    if ($total -eq 0) { exit 0 }
    $since = [DateTime]::UtcNow.AddHours(-24)
    $seen = @{}
    foreach ($entry in $searcher.QueryHistory(0, [Math]::Min($total, 200))) {
        $key = Get-HistoryKey $entry
        # Entries without a name exist; nothing can be said of them.
        if ((-not $key) -or $seen.ContainsKey($key) -or ($key -eq 'KB2267602') -or ($entry.Date -lt $since)) { continue }
        $seen[$key] = $true
        if (@(4, 5) -contains $entry.ResultCode) {
            Exit-Failed ('{0} ended with result {1} and code 0x{2:X8}: {3}' -f $key, $entry.ResultCode, $entry.HResult, $entry.Title)
        }
    }
    exit 0
}
