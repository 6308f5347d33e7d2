# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash. The candidates come from kvm440ctl itself, whose table of verbs knows them.
_kvm440ctl()
{
	local words=() word line i

	# bash splits at "=" and ":"; put such words together again.
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((${#words[@]})) && [[ $word == [=:]* || ${words[-1]} == --*[=:] ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
	COMPREPLY=()
	while IFS= read -r line; do
		if [[ $line == :file ]]; then
			compopt -o filenames 2>/dev/null
			word=${words[-1]#--*=}
			while IFS= read -r line; do
				COMPREPLY+=("$line")
			done < <(compgen -f -- "$word")
		else
			[[ $line == *= ]] && compopt -o nospace 2>/dev/null
			COMPREPLY+=("$line")
		fi
	done < <("$1" __complete -- "${words[@]}" 2>/dev/null)
}
complete -F _kvm440ctl kvm440ctl
