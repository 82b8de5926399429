#!/usr/bin/env bash
# Gradescope runs this once, as root, when the autograder's image is built: Python's environment and the sandbox.
set -euo pipefail

source="${AUTOGRADER:-/autograder}/source"

apt-get update
apt-get install --yes --no-install-recommends bubblewrap python3 python3-venv

python3 -m venv "$source/.venv"
"$source/.venv/bin/python" -m pip install --upgrade "pip>=25.1"
"$source/.venv/bin/python" -m pip install --editable "$source" --constraint "$source/constraints.txt"
