# A study in shares, as SLURM and mpirun start its processes; the script for sbatch; the signals of a
# time limit. `make check-cluster` does the same with SLURM and mpirun.
. "$SOURCE_DIR/tests/cli/expect.bash"
unset "${!SLURM_@}" "${!OMPI_@}" "${!PMI_@}"

# study_of TRIALS: six networks
study_of() {
    cat <<END
{"study": "shares, in 6", "task": "go-nogo", "seeds": "1:3", "grid": {"gain": [1, 1.5]},
 "options": {"N": 20, "n_trials": $1, "loss_threshold": 1e-9, "eval_trials": 5}}
END
}

# table FOLDER: of the study in the folder, on stdout
table() {
    rm -f "$scratch/table.csv"
    accepted study table "$1" --out "$scratch/table.csv"
    cat "$scratch/table.csv"
}

# share OPTIONS SETTINGS...: a process with these environment variables runs its share
share() {
    local options=$1
    shift
    # shellcheck disable=SC2086 # split on purpose
    run env "$@" "$SPIKERNN" study run six.json $options --quiet
    [ $code = 0 ] || fail "$options with $* ended with $code: $(cat "$scratch/err")"
}

study_of 20 >six.json
share "--dir one" A=1
table one >one.csv
[ "$(wc -l <one.csv)" = 7 ] || fail "the table is not of 6 networks: $(cat one.csv)"

# ---- shares: an array of two, each with two of srun; the script of sbatch is alone ----

for task in 3 7; do
    for rank in 0 1; do
        if table four 2>/dev/null | cmp -s - one.csv; then fail "a share did the work of all"; fi
        share "--dir four" SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3 \
            SLURM_ARRAY_TASK_MAX=7 SLURM_PROCID=$rank SLURM_NTASKS=2 SLURM_STEP_NUM_TASKS=2
    done
done
table four | cmp - one.csv
share "--dir two" OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2
[ "$(table two | grep -c ',left')" = 3 ] || fail "half a share is not three networks: $(table two)"
share "--dir two --shard 1/2" OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 # the option comes first
table two | cmp - one.csv
share "--dir alone" SLURM_PROCID=0 SLURM_NTASKS=6
table alone | cmp - one.csv

export PMI_RANK=6 PMI_SIZE=6
refused "the environment variable PMI_RANK is '6'; expected a whole number from 0 to 5" \
    study run six.json --dir none
unset PMI_RANK PMI_SIZE
refused "--shard is '0/2'; expected K/N" study run six.json --dir none --shard 0/2

# ---- the script: what sbatch would start ----

PATH=$(dirname "$SPIKERNN"):$PATH
accepted study script slurm six.json --dir "with 'blanks" --array 3 --hours 1.5
cp "$scratch/out" job.sh
printed "#SBATCH --job-name=shares__in_6"
printed "#SBATCH --array=1-3"
printed "--time=1:30:00 --signal=B:USR1@120"
mkdir elsewhere
for task in 1 2 3; do
    (cd elsewhere && SLURM_CPUS_PER_TASK=1 SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=3 \
        SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=3 sh ../job.sh >/dev/null 2>&1)
done
table "with 'blanks" | cmp - one.csv
refused "--array is '0'; expected a number of tasks" study script slurm six.json --dir none --array 0

# ---- the signals of a time limit and of preemption ----

# takes_limits PID: the program has put its handler of SIGUSR1 in place
takes_limits() {
    local caught
    [ "/proc/$1/exe" -ef "$SPIKERNN" ] || return
    caught=$(awk '/^SigCgt/ {print $2}' "/proc/$1/status")
    (((0x${caught:-0} & 0x200) == 0x200))
}

study_of 50000000 >six.json
for signal in USR1 TERM; do
    "$SPIKERNN" study run six.json --dir $signal >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    await takes_limits $pid
    kill -$signal $pid
    ended $pid
    [ $code = 0 ] || fail "the run ended with $code at SIG$signal: $(cat "$scratch/err")"
    grep -q '6 networks are left' "$scratch/err" || fail "no word of what is left: $(cat "$scratch/err")"
done
