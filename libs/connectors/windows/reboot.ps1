# The reboot, and how Windows says that it wants one.

$Servicing = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'

function Test-ServicingBusy {
    return Test-Path -LiteralPath ($Servicing + '\RebootInProgress')
}

# Updates that are installed and wait for the reboot.
function Get-UpdateRebootReasons {
    $reasons = @()
    if ((New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired) { $reasons += 'Windows Update asks for it' }
    if (Test-Path -LiteralPath ($Servicing + '\RebootPending')) { $reasons += 'component servicing asks for it' }
    if (Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired') {
        $reasons += 'automatic updates ask for it'
    }
    return $reasons
}

# Anybody may ask for files to be replaced at the next boot: virus scanners and browsers do it often.
function Get-RebootReasons {
    $reasons = @(Get-UpdateRebootReasons)
    $manager = Get-Item -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
    $renames = @($manager.GetValue('PendingFileRenameOperations') | Where-Object { $_ })
    if ($renames.Length -gt 0) { $reasons += 'files are to be replaced at the next boot' }
    return $reasons
}

# Comes back only when there is no need, or the reboot was refused. `rebooting` tells the supervisor that whatever
# becomes of us on the way down is not the result.
function word-reboot([string[]]$Words) {
    $asked = $Words -join ' '
    if (@('always', 'always wua', 'if-needed', 'if-needed wua') -cnotcontains $asked) { Exit-Misused '@reboot if-needed|always [wua]' }
    if ($Words[0] -ceq 'if-needed') {
        $reasons = @(Get-RebootReasons)
        if ($reasons.Length -eq 0) {
            Add-Note 'reboot-needed' 'no'
            Write-Line 'reboot not needed'
            exit 0
        }
        Add-Note 'reboot-needed' ($reasons -join ', ')
        Write-Line ('reboot needed: ' + ($reasons -join ', '))
    }
    Write-Line 'rebooting'
    Set-JournalFile 'rebooting' $BootId
    # A time above 0 also ends programs that would ask a user first. 2:17 is "hot fix (planned)".
    $code = Invoke-System 'shutdown.exe' '/r /t 5 /d p:2:17 /c "Patchtide"'
    # 1115: it is going down already.
    if (($code -ne 0) -and ($code -ne 1115)) {
        Remove-JournalFile 'rebooting'
        Exit-Failed ('shutdown.exe refused with code {0} (1190: another shutdown is scheduled; cancel it with shutdown /a)' -f $code)
    }
    Start-Sleep -Seconds 86400
}
