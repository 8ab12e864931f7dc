# shellcheck shell=bash
# prepare.sh - installing, configuring and building, as examples/run, tests/run, bench/run and .ci/run all do it.
#
# Sourced, not run; it lies in the root because all four need it and none of them owns it. The caller has set `root` to
# this directory.
: "${root:?}"

# What it takes to build the library and the command, as Debian names it. The caller hands it to `need`.
# shellcheck disable=SC2034
build_packages=(gcc libc6-dev meson ninja-build pkg-config libjansson-dev libxxhash-dev libcsv-dev
    libgsl-dev python3)

# Runs a command and keeps its output in a log; where it fails, says so and shows the log's end.
quietly() { # LOG WHAT COMMAND...
    local log=$1 what=$2 line
    shift 2
    line=$*
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        {
            echo "$what failed: ${line:0:160}"
            echo "The end of $log:"
            tail -n 40 "$log" | sed 's/^/    /'
        } >&2
        return 1
    fi
}

# Whether a package is there: as a package, or as a command of that name from elsewhere.
has() { # PACKAGE
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] || command -v "${1%-build}" >/dev/null
}

# Installs the packages that are missing, as root or through sudo; where neither works, prints the line to type and
# stops. Without apt-get it leaves the judgement to meson.
need() { # PACKAGE...
    command -v apt-get >/dev/null || return 0
    local missing=() as_root=() package
    for package; do
        has "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
            echo "Missing: ${missing[*]}. Type this line, then start again:" >&2
            echo "    sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo -n)
    fi
    echo "installing ${missing[*]}"
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
    # an update that fails is no reason to stop: the lists may be good enough
    quietly "$root/build/log/update" "apt-get update" "${as_root[@]}" update || true
    quietly "$root/build/log/install" "installing" "${as_root[@]}" install -y --no-install-recommends "${missing[@]}"
}

# Configures a build directory, unless it is configured so already, and builds it. Its logs lie in build/log.
build() { # DIRECTORY MESON-OPTION...
    local directory=$root/$1 log=$root/build/log/$1
    shift
    if [ "$(cat "$directory/configured" 2>/dev/null)" != "$root ${CC-} $*" ]; then
        echo "building into ${directory#"$root/"}, which takes a minute the first time ..."
        rm -rf "$directory/meson-private" "$directory/meson-info" "$directory/build.ninja"
        quietly "$log-setup" "configuring" meson setup "$directory" "$root" "$@" || return 1
        echo "$root ${CC-} $*" >"$directory/configured"
    fi
    quietly "$log-build" "building" ninja -C "$directory"
}
