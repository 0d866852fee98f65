#!/usr/bin/env bash
# What slurm.sh has graded, brought together. MERGED is to be on a disk that SQLite can work on.
#
#SBATCH --job-name=merge
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=01:00:00
#SBATCH --output=%x-%j.log
set -euo pipefail

cd "${SLURM_SUBMIT_DIR:-.}"
grader merge "${RESULTS:-results}"/out-* --out "${MERGED:-merged}"
