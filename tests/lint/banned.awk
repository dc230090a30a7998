# SPDX-License-Identifier: MIT
# Says which calls in C files are banned there, and fails if there are any.

BEGIN {
    ban("sprintf vsprintf strcpy strcat strtok atoi atol atof gmtime localtime rand srand", "", "",
        "has a safer form")
    ban("sleep usleep nanosleep", "", "", "waits blindly: wait for the event")
    ban("malloc calloc realloc", "^src/", "^src/util/", "is for src/util: use util/alloc.h")
    ban("time clock_gettime gettimeofday", "^src/", "^src/util/clock\\.c$", "is for util/clock.c")
    ban("exit _exit", "^src/", "^src/app/", "is for src/app: return an error")
    ban("printf fprintf vprintf vfprintf puts fputs putchar", "^src/",
        "^src/(app/|util/log\\.c$)", "is for src/app and util/log.c")
}

function ban(names, where, but, why,    name, i, count) {
    count = split(names, name, " ")
    for (i = 1; i <= count; i++) {
        banned[name[i]] = why
        scope[name[i]] = where
        exception[name[i]] = but
    }
}

FNR == 1 { in_comment = 0 }

{
    rest = code_of($0)
    while (match(rest, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
        before = RSTART > 1 ? substr(rest, RSTART - 1, 1) : ""
        name = substr(rest, RSTART, RLENGTH)
        sub(/[ \t]*\($/, "", name)
        rest = substr(rest, RSTART + RLENGTH)
        if (before !~ /[.>A-Za-z_0-9]/ && is_banned(name)) {
            print FILENAME ":" FNR ": " name "() " banned[name]
            failed = 1
        }
    }
}

END { exit failed }

function is_banned(name) {
    return name in banned && FILENAME ~ scope[name] &&
           !(exception[name] && FILENAME ~ exception[name])
}

# The line without comments, texts and character constants.
function code_of(line,    code, c, two) {
    code = ""
    while (line != "") {
        c = substr(line, 1, 1)
        two = substr(line, 1, 2)
        if (in_comment) {
            if (two == "*/") in_comment = 0
            line = substr(line, two == "*/" ? 3 : 2)
        } else if (two == "/*") {
            in_comment = 1
            line = substr(line, 3)
        } else if (two == "//") {
            return code
        } else if (c == "\"" && match(line, /^"([^"\\]|\\.)*"?/) ||
                   c == "'" && match(line, /^'([^'\\]|\\.)*'?/)) {
            line = substr(line, RLENGTH + 1)
            code = code " "
        } else {
            code = code c
            line = substr(line, 2)
        }
    }
    return code
}
