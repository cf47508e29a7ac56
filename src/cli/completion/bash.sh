# Completion of PROGRAM for bash. Load it with: source <(PROGRAM completion bash)

__PROGRAM_complete() {
    # Readline takes words apart at = and : too; they are put together again as the program will get them.
    local rest=${COMP_LINE:0:COMP_POINT} words=() word trimmed i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        word=${COMP_WORDS[i]}
        ((i == COMP_CWORD)) && word=$trimmed
        if ((i == 0)) || [[ $trimmed != "$rest" ]]; then
            words+=("$word")
        else
            words[${#words[@]} - 1]+=$word
        fi
        rest=${trimmed#"$word"}
    done

    local answer directive line candidates=() current=${words[${#words[@]} - 1]}
    answer=$("${words[0]/#\~/$HOME}" REQUEST "${words[@]:1}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}

    # Candidates for a flag's value come without the flag.
    local flag=
    if [[ $current == -*=* ]]; then
        flag=${current%%=*}=
        current=${current#*=}
    fi
    while IFS= read -r line; do
        [[ -n $line && ${line%%$'\t'*} == "$current"* ]] && candidates+=("$line")
    done <<<"$answer"

    # What readline has taken off the word already must not come again.
    local cut="$flag$current" last=
    last=${cut##*["$COMP_WORDBREAKS"]}
    cut=${cut%"$last"}

    if ((directive & 16)); then
        COMPREPLY=($(compgen -d -- "$current"))
        type compopt &>/dev/null && compopt -o filenames
        return
    fi
    if type compopt &>/dev/null; then
        ((directive & 2)) && compopt -o nospace
        ((directive & 4)) && compopt +o default
    fi
    COMPREPLY=()
    for line in "${candidates[@]}"; do
        word=$flag${line%%$'\t'*}
        word=${word#"$cut"}
        # Descriptions are for lists that are only looked at.
        if ((${#candidates[@]} > 1)) && [[ $line == *$'\t'* && $COMP_TYPE != 37 && $COMP_TYPE != 42 ]]; then
            word+="  (${line#*$'\t'})"
            word=${word:0:${COLUMNS:-80} - 2}
        fi
        COMPREPLY+=("$word")
    done
}

complete -o default -F __PROGRAM_complete PROGRAM
