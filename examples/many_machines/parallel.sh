#!/usr/bin/env bash
# GNU parallel over ssh: parallel.sh HOST... grades a shard on each host, and merges here.
#
# Each host has the grader on its PATH. It gets HANDINS (submissions.zip), SECRET (secret.txt) and the
# sources in SOURCES (reference), works below its home folder, and sends its gradebook back.
set -euo pipefail

handins=${HANDINS:-submissions.zip} secret=${SECRET:-secret.txt} sources=${SOURCES:-reference}
merged=${MERGED:-merged}
hosts=$(IFS=,; echo "$*")

# Ends with 0 where some could not be graded (1) or a person should look (3): rows say so.
parallel --sshlogin "$hosts" --jobs 1 --workdir ... --cleanup \
    --basefile "$handins" --basefile "$secret" --basefile "$sources" --return out-{}/gradebook.db \
    "grader grade '$handins' --shard {}/$# --secret '$secret' -o out-{} ${OPTIONS:-}; case \$? in 0 | 1 | 3) ;; *) exit 1 ;; esac" \
    ::: $(seq "$#")

grader merge out-* --out "$merged"
