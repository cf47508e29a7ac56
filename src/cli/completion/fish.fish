# Completion of PROGRAM for fish. Load it with: PROGRAM completion fish | source

function __PROGRAM_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] REQUEST $words[2..-1] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string replace ':' '' -- $lines[-1])
    set -e lines[-1]

    # Candidates for a flag's value come without the flag.
    set -l flag (string match -r -- '^-[^=]*=' "$current")
    set -l value (string replace -- "$flag" '' "$current")
    if test (math "bitand($directive, 16)") -ne 0
        __fish_complete_directories "$value" | string replace -r '^' -- "$flag"
    else if test (count $lines) -gt 0
        printf '%s\n' "$flag"$lines
    else if test (math "bitand($directive, 4)") -eq 0
        __fish_complete_path "$value" | string replace -r '^' -- "$flag"
    end
end

complete -c PROGRAM -e
complete -c PROGRAM -f -a '(__PROGRAM_complete)'
