# Completion of PROGRAM for PowerShell. Load it with: PROGRAM completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words up to the cursor; the last one is empty behind a space.
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.Value) { $_.Value } else { $_.Extent.Text } })
    if (-not $wordToComplete) { $words += '' } else { $words[-1] = $wordToComplete }
    $arguments = @($words | Select-Object -Skip 1 | ForEach-Object {
        # Up to version 7.2, an empty argument gets lost unless it is quoted.
        if ($_ -eq '' -and $PSVersionTable.PSVersion -lt [version]'7.3.0') { '""' } else { $_ }
    })
    $lines = @(& $words[0] REQUEST @arguments 2>$null)
    if ($lines.Count -eq 0) { return }
    $directive = [int]$lines[-1].TrimStart(':')
    $lines = @($lines | Select-Object -SkipLast 1)

    # Candidates for a flag's value come without the flag.
    $flag = if ($wordToComplete -match '^-[^=]*=') { $Matches[0] } else { '' }
    if ($lines.Count -eq 0) {
        # Without an answer, PowerShell completes files.
        if ($directive -band 4) { '' }
        return
    }
    foreach ($line in $lines) {
        $word, $about = $line -split "`t", 2
        if (-not $about) { $about = $word }
        $space = if ($directive -band 2) { '' } else { ' ' }
        [System.Management.Automation.CompletionResult]::new("$flag$word$space", $word, 'ParameterValue', $about)
    }
}
