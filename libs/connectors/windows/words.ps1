# What all words share. The word @name is the function word-name; it gets its arguments as one array and ends with exit.
# Exit 0 = done and verified. What changed is told in facts, everything else in plain sentences in the output.

# For people, between the programs' own output.
function Write-Sentence([string]$Text) {
    Write-Line ('patchtide: ' + $Text)
}

# note <token> <text>: a fact for the campaign's events. The text is one line of at most 300 characters.
function Add-Note([string]$Token, [string]$Text) {
    $line = [regex]::Replace($Text, '[\p{Cc}\p{Cs}]+', ' ').Trim()
    if ($line.Length -gt 300) { $line = $line.Substring(0, 300) }
    if ($line -eq '') { $line = '-' }
    Add-Fact ('note {0} {1}' -f $Token, $line)
}

# `-` for a version: not installed.
function Add-PackageFact([string]$Name, [string]$From, [string]$To) {
    Add-Fact ('package {0} {1} {2}' -f $Name, $From, $To)
}

function Add-Fact([string]$Line) {
    [System.IO.File]::AppendAllText((Get-JournalPath 'facts'), $Line + "`n", $Utf8)
}

# Ends the word. The sentence is what the incident shows.
function Exit-Failed([string]$Sentence) {
    Write-Sentence $Sentence
    Add-Note 'failure' $Sentence
    exit 1
}

# For `until`: not there yet, and no failure to tell of.
function Exit-NotYet([string]$Sentence) {
    Write-Sentence $Sentence
    exit 1
}

# What was asked makes no sense, so nothing was done.
function Exit-Misused([string]$Usage) {
    Write-Sentence ('this word is used like this: ' + $Usage)
    exit 64
}

# Runs a program of Windows with arguments that are written in this source. Gives its exit code; what it says is lost.
function Invoke-System([string]$Name, [string]$Arguments) {
    $file = [System.IO.Path]::Combine([System.Environment]::SystemDirectory, $Name)
    $process = [System.Diagnostics.Process]::Start((Get-StartInfo $file $Arguments))
    $process.WaitForExit()
    return $process.ExitCode
}

function Invoke-Word($Order) {
    $command = ConvertFrom-Json -InputObject (Read-JournalFile 'command')
    $argv = [string[]]@($command.steps[$Order.step - 1].argv)
    $name = $argv[0].Substring(1)
    if ($name -cnotmatch '^[a-z][a-z0-9-]{0,63}\z') { Exit-UnknownWord $argv[0] }
    $function = Get-Command -CommandType Function -Name ('word-' + $name) -ErrorAction SilentlyContinue
    if ($null -eq $function) { Exit-UnknownWord $argv[0] }
    $words = [string[]]@($argv | Select-Object -Skip 1)
    try {
        & $function -Words $words
        exit 0
    }
    catch { Exit-Failed ('{0} failed: {1}' -f $argv[0], $_.Exception.GetBaseException().Message) }
}

function Exit-UnknownWord([string]$Word) {
    Write-Sentence ('unknown step word {0}; the program for Windows does not have it' -f $Word)
    exit 64
}
