#compdef PROGRAM
# Completion of PROGRAM for zsh. Load it with: source <(PROGRAM completion zsh)

_PROGRAM() {
    local -a lines candidates options
    local line word directive
    lines=("${(@f)$("${(Q)words[1]/#\~/$HOME}" REQUEST "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    directive=${lines[-1]#:}
    [[ $directive == <-> ]] || return 1
    lines[-1]=()
    for line in $lines; do
        word=${line%%$'\t'*}
        word=${word//:/\\:}
        [[ $line == *$'\t'* ]] && word+=":${line#*$'\t'}"
        candidates+=("$word")
    done

    # Candidates for a flag's value come without the flag.
    [[ $words[CURRENT] == -*=* ]] && compset -P '*='
    ((directive & 2)) && options=(-S '')
    if ((directive & 16)); then
        _files -/
    elif ((${#candidates})); then
        _describe PROGRAM candidates "${options[@]}"
    elif ! ((directive & 4)); then
        _files
    fi
}

# In a folder of $fpath, this file is the body of the function itself.
if [[ ${funcstack[1]} == _PROGRAM ]]; then
    _PROGRAM "$@"
else
    compdef _PROGRAM PROGRAM
fi
