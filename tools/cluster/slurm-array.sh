#!/usr/bin/env bash
#SBATCH --job-name=crossfade
#SBATCH --cpus-per-task=4
#SBATCH --output=crossfade-%A_%a.log
#SBATCH --requeue
# A template: one job of a table for each number of the array. Adapt the lines above (memory, GPUs,
# partition, time) to your cluster. submit-slurm gives --array, and JOBS as the argument.
set -euo pipefail
exec "$CLUSTER_TOOLS/run-job" "$1"
