#!/usr/bin/env bash
# An array of SLURM, a task for each shard; submitted where submissions/ and secret.txt are:
#
#   job=$(sbatch --parsable slurm.sh)
#   sbatch --dependency="afterok:$job" slurm_merge.sh
#
#SBATCH --job-name=grade
#SBATCH --array=1-4
#SBATCH --cpus-per-task=4
#SBATCH --mem=12G
#SBATCH --time=04:00:00
#SBATCH --output=%x-%A-%a.log
set -euo pipefail

cd "${SLURM_SUBMIT_DIR:-.}"
export OPTIONS="${OPTIONS:-} --jobs ${SLURM_CPUS_PER_TASK:-1}"
bash shard.sh "$SLURM_ARRAY_TASK_ID" "$SLURM_ARRAY_TASK_COUNT"
