#!/usr/bin/env bash
# Run once, as root, when Gradescope builds the image: installs Python packages, and proves that
# the reference gives here what it gave where this archive was made.
set -euo pipefail

source_folder="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname -- "$source_folder")"

# The source with its solutions, and what they gave: for root alone, before anything else.
chown -R 0:0 "$source_folder/private"
chmod 0700 "$source_folder/private"
find "$source_folder/private" -type f -exec chmod 0600 {} +

is_new_enough() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11, 0, "final"))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
}

python="$(find_python)"
if [ -z "$python" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y --no-install-recommends python3 python3-venv
    python="$(find_python)"
fi
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed: choose a newer image, as Ubuntu 24.04, and build again" >&2
    exit 1
fi

"$python" -m venv "$root/python"
cd -- "$source_folder"
"$root/python/bin/python" -m pip install --no-cache-dir --disable-pip-version-check \
    --requirement requirements.txt --constraint constraints.txt

"$root/python/bin/python" -P -m grader.exchange.container prove "$root"
