# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by run, test, fuzz, soak and bench: sees to it that the Debian packages they name are there.

is_debian_12() {
    (
        source /etc/os-release 2>/dev/null && [[ ${ID:-} == debian && ${VERSION_ID:-} == 12 ]]
    )
}

has_header() {
    echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1
}

has_fuzzer() {
    echo "int LLVMFuzzerTestOneInput(const void *a, unsigned long b) { return a && b > 9; }" |
        clang -fsanitize=fuzzer,address -x c -o /dev/null - 2>/dev/null
}

# Whether another system has what that Debian package would bring.
has_alike() {
    case $1 in
    libc6-dev) has_header stdio.h ;;
    libbrotli-dev) pkg-config --exists libbrotlidec ;;
    libcurl4-openssl-dev) pkg-config --exists libcurl ;;
    libevent-dev) pkg-config --exists libevent_core libevent_openssl ;;
    libevhtp-dev) has_header evhtp.h ;;
    libmsgpack-dev) pkg-config --exists msgpack ;;
    libssl-dev) pkg-config --exists "openssl >= 3" ;;
    libyaml-dev) pkg-config --exists yaml-0.1 ;;
    libzstd-dev) pkg-config --exists libzstd ;;
    zlib1g-dev) pkg-config --exists zlib ;;
    libcmocka-dev) pkg-config --exists cmocka ;;
    libjansson-dev) pkg-config --exists jansson ;;
    libyajl-dev) pkg-config --exists yajl ;;
    gnuplot-nox) command -v gnuplot ;;
    nginx-light) command -v nginx ;;
    ninja-build) command -v ninja ;;
    universal-ctags) command -v ctags ;;
    varnish) command -v varnishtest ;;
    nodejs) command -v node ;;
    openjdk-17-jdk-headless) command -v javac ;;
    golang-go) command -v go ;;
    libclang-rt-14-dev) has_fuzzer ;;
    python3-msgpack) python3 -c 'import msgpack' ;;
    python3-pytest) command -v pytest ;;
    python3-requests) python3 -c 'import requests' ;;
    python3-requests-oauthlib) python3 -c 'import requests_oauthlib' ;;
    *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

missing_packages() {
    if ! is_debian_12; then
        for package; do
            has_alike "$package" || echo "$package"
        done
        return
    fi
    local installed
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for package; do
        grep -qx "$package installed" <<<"$installed" || echo "$package"
    done
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Installs what is missing, or names it and ends the script. Speaks on standard error only.
require_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        return
    fi
    if ! is_debian_12; then
        echo "Missing, by the names that Debian 12 has for them: ${missing[*]}" >&2
        exit 1
    fi
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        echo "Missing, and only root may install it: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing ${missing[*]}" >&2
    as_root apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# shellcheck disable=SC2034 # used by who sources this
build_packages=(gcc libc6-dev cmake ninja-build pkg-config
    libbrotli-dev libcurl4-openssl-dev libevent-dev libevhtp-dev libmsgpack-dev libssl-dev
    libyaml-dev libzstd-dev zlib1g-dev)

node_is_new_enough() {
    command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 18))'
}

# What building and testing takes. Languages are large, and do as well in another version.
require_test_packages() {
    local packages=("${build_packages[@]}" g++ clang-format clang-tidy universal-ctags curl
        libcmocka-dev libjansson-dev libyajl-dev varnish strace valgrind chromium fonts-dejavu-core
        python3-msgpack python3-pytest python3-requests python3-requests-oauthlib)
    node_is_new_enough || packages+=(nodejs npm)
    command -v javac >/dev/null || packages+=(openjdk-17-jdk-headless)
    command -v go >/dev/null || packages+=(golang-go)
    # Of varnish only varnishtest is wanted, and no cache that starts with the machine.
    if [[ -d /run/systemd/system ]] && ! command -v varnishtest >/dev/null; then
        as_root systemctl mask varnish.service varnishncsa.service
    fi
    require_packages "${packages[@]}"
}

# What the benchmarks take. The peers' servers are left to whoever wants to see them: to install one is to start it.
require_bench_packages() {
    local packages=("${build_packages[@]}" libcmocka-dev libjansson-dev libyajl-dev gnuplot-nox valgrind) peers
    node_is_new_enough || packages+=(nodejs npm)
    require_packages "${packages[@]}"
    mapfile -t peers < <(missing_packages nginx-light haproxy varnish mitmproxy)
    if ((${#peers[@]} > 0)); then
        echo "Not installed, so that what is measured beside them is skipped: ${peers[*]}" >&2
    fi
}

# Packages that a link leads to are another tree's: npm would delete them.
install_node_packages() {
    local folder=$1 there=$1/node_modules
    if [[ ! -L $there && $folder/package-lock.json -nt $there/.package-lock.json ]]; then
        (cd "$folder" && npm ci --no-progress)
    fi
}

install_client_libraries() {
    install_node_packages tests/sdk
}

# What CMake found: cmake_value PRESET NAME
cmake_value() {
    sed -n "s/^$2:[A-Z]*=//p" "build/$1/CMakeCache.txt"
}

# Configures a preset if it has not been, or the presets have changed; then builds it.
build_preset() {
    local preset=$1 cache=build/$1/CMakeCache.txt
    shift
    if [[ ! -f build/$preset/build.ninja || CMakePresets.json -nt $cache ]]; then
        cmake --preset "$preset"
    fi
    cmake --build --preset "$preset" "$@"
}
