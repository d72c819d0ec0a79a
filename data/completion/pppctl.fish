# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of pppctl for fish. What fits is asked of pppctl itself, which takes it from its table of verbs; it never
# starts the daemon.

function __pppctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    for line in (command $words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (string replace -r '.*=' '' -- "$typed")
        else
            echo $line
        end
    end
end

complete -c pppctl -f -a '(__pppctl_complete)'
