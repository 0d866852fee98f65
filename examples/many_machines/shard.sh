#!/usr/bin/env bash
# Grade one shard of a class: shard.sh I N, on any machine that sees the hand-ins and the results.
#
# HANDINS (submissions) and SECRET (secret.txt) are the same for all; RESULTS (results) is the folder
# that gets out-I; OPTIONS is what else `grader grade` is told, as "-a softmax.py --roster class.csv".
set -euo pipefail

shard=$1 shards=$2
handins=${HANDINS:-submissions} secret=${SECRET:-secret.txt} results=${RESULTS:-results}
read -ra options <<<"${OPTIONS:-}"

# SQLite needs a disk of the machine's own, so the gradebook is copied when the run has ended. What an
# earlier try has graded is not graded again.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept=$results/out-$shard
mkdir -p "$work/out" "$kept"
if [[ -f $kept/gradebook.db ]]; then cp "$kept/gradebook.db" "$work/out/"; fi

code=0
grader grade "$handins" --shard "$shard/$shards" --secret "$secret" -o "$work/out" \
    ${options[@]+"${options[@]}"} || code=$?

if [[ -f $work/out/gradebook.db ]]; then
    cp "$work/out/gradebook.db" "$kept/gradebook.db.part"
    mv "$kept/gradebook.db.part" "$kept/gradebook.db"
fi
# 1: some could not be graded. 3: a person should look. Both have rows that say so.
case $code in 0 | 1 | 3) exit 0 ;; *) exit "$code" ;; esac
