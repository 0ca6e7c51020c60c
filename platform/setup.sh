# SPDX-License-Identifier: MIT
# Shared by ./run and ./test: installs what is missing on Debian 12 and builds. Sourced, not run.

# package: what it is for
packages='
g++: compiler of the platform
cmake: build description
ninja-build: build
pkg-config: finds SystemC
libsystemc-dev: SystemC and TLM-2.0, the simulation kernel
libboost-dev: Boost
libboost-program-options-dev: command line
libtomlplusplus-dev: configuration files, with line and column of every key
nlohmann-json3-dev: JSON reports
libprotozero-dev: Perfetto timelines
libelf-dev: loads ELF images and reads their symbols
libfdt-dev: writes device trees
libdw-dev: source lines of instructions, by DWARF
libasmjit-dev: the translator machine of the instruction tests
libopencsd-dev: trace decoder, the oracle of the trace tests
libopencsd-bin: trc_pkt_lister, the same for snapshot folders
catch2: unit tests
libbenchmark-dev: benchmarks
gcc-aarch64-linux-gnu: cross compiler of sw/
qemu-system-arm: second machine for sw/, oracle of the tests
gdb-multiarch: debugger, drives the tests of the GDB server
device-tree-compiler: dtc, checks device trees in the tests
qemu-user: instruction oracle of the tests
linux-perf: decoder oracle of the profiling tests
llvm-19: its llvm-mc is the decoder oracle of the tests
'

say() { printf 'sightline: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

install_packages() {
    local missing=() name why
    while IFS=: read -r name why; do
        [ -n "$name" ] || continue
        dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || {
            missing+=("$name")
            say "missing package $name (${why# })"
        }
    done <<<"$packages"
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "needs root or sudo to install: ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${#missing[@]} packages with apt-get (nothing is removed)"
    "${as_root[@]}" apt-get update -qq ||
        say "apt-get update failed; trying with the package lists that are here"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove \
        --no-install-recommends "${missing[@]}" >"$log" 2>&1 </dev/null || {
        tail -n 15 "$log" >&2
        fail "apt-get could not install the packages above; the whole output is in $log"
    }
}

# build DIR CMAKE-ARGUMENT... : configures once, then builds what changed.
build() {
    local dir=$1
    shift
    if [ ! -f "$dir/build.ninja" ]; then
        say "configuring in $dir"
        cmake -S . -B "$dir" -G Ninja "$@" >"$log" 2>&1 || {
            tail -n 30 "$log" >&2
            fail "configuration failed; the whole output is in $log"
        }
    fi
    say "building in $dir"
    ninja -C "$dir" ${build_targets:-} >"$log" 2>&1 || {
        grep -A12 -E 'FAILED|error|undefined reference' "$log" | head -n 60 >&2
        fail "build failed; the whole output is in $log"
    }
}

log=$(mktemp "${TMPDIR:-/tmp}/sightline.XXXXXX.log")
trap 'status=$?; [ $status != 0 ] || rm -f "$log"' EXIT
