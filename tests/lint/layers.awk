# SPDX-License-Identifier: MIT
# Reads FILE:LINE:#include <...>, says which of them are not allowed, and fails if any is not.

BEGIN {
    # What each row may include, beside itself.
    may["util"] = ""
    may["message"] = "util"
    may["config"] = "util"
    may["cassette"] = "message util"
    may["http"] = "message util"
    may["emulate"] = "http message config util"
    may["record"] = "http cassette message util"
    may["replay"] = "http cassette message util"
    may["server"] = "record replay emulate http cassette message config util foundry_emulator"
    may["app"] = "foundry_emulator"
    may["foundry_emulator"] = ""
    may["foundry-cassette"] = "cassette message util"

    # Single headers beside that.
    also["foundry-cassette"] = "record/fetch.h foundry_emulator/out_of_memory.h"
    also["util"] = "foundry_emulator/out_of_memory.h"

    # Where a third-party header may be included.
    home["evhtp"] = "^src/http/"
    home["event2"] = "^src/http/"
    home["yaml"] = "^src/config/"
    home["openssl"] = "^src/(util/|http/tls)"
    home["curl"] = "^src/record/"
    home["msgpack"] = "^src/cassette/"
    home["brotli"] = home["zlib"] = home["zstd"] = "^src/cassette/redact/coding"

    # Who says that something may be written into a cassette, and who takes it at that.
    may_make_safe = "^src/cassette/(redact/|(copy|encode|json_twin|writer)[.]c$)"

    # What the C library and the kernel offer is open to all.
    split("assert ctype dlfcn errno fcntl inttypes limits math netdb poll pthread signal stdalign stdarg " \
          "stdatomic stdbool stddef stdint stdio stdlib string strings time unistd arpa linux netinet sys",
          names, " ")
    for (i in names) is_system[names[i]] = 1
}

{
    split($0, part, ":")
    file = part[1]
    spot = part[1] ":" part[2]
    match($0, /["<][^">]*[">]/)
    quoted = substr($0, RSTART, 1) == "\""
    header = substr($0, RSTART + 1, RLENGTH - 2)
    depth = split(file, path, "/")
    row = path[2]
    if (quoted) check_own() ; else check_foreign()
}

END { exit failed }

function complain(what) {
    print spot ": " what
    failed = 1
}

function is_in(word, list) {
    return index(" " list " ", " " word " ") > 0
}

function check_own(    count, to, folder) {
    count = split(header, to, "/")
    if (!(row in may)) {
        complain("'" row "' is in no row of the table")
    } else if (to[1] != row && !is_in(to[1], may[row]) && !is_in(header, also[row])) {
        complain("'" row "' may not include " header)
    } else if (row == "emulate" && to[1] == "emulate") {
        check_feature(count, to)
    }
    if (header == "cassette/safe.h" && file !~ may_make_safe) {
        complain("only redaction, and copying, make " header)
    }
    folder = substr(header, 1, length(header) - length(to[count]))
    if (header ~ /_priv(ate)?\.h$/ && file !~ "/" folder "[^/]*$") {
        complain(header " is for its own folder only")
    }
}

# A feature knows itself, the state that all share, and what lies at the top of emulate. The state
# knows no feature. The top puts the features together.
function check_feature(count, to,    feature) {
    feature = depth > 3 ? path[3] : ""
    if (feature == "" || count < 3 || to[2] == feature) return
    if (feature == "state") complain("the state may not include " header)
    else if (to[2] != "state") complain("feature '" feature "' may not include " header)
}

function check_foreign(    to, name) {
    split(header, to, "/")
    name = to[1]
    sub(/\.h$/, "", name)
    if (name in is_system) return
    if (!(name in home)) complain("<" header "> has no home")
    else if (file !~ home[name]) complain("<" header "> is at home in " home[name])
}
