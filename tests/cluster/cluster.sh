# cluster.sh PROGRAM, beside a SLURM (with-slurm): a study of 40 small networks gives the same table
# on one machine, under mpirun of Open MPI and of MPICH, under srun, as a job array of srun, and as
# the job array of `study script slurm`, of which one task is killed and the others meet their time
# limit before a second pass.
set -eu
program=$1

say() { # the command, then what it says
    printf '\n$ %s\n' "$*"
    "$@"
}

fail() {
    echo "tests/cluster/cluster.sh: $*" >&2
    exit 1
}

write_study() { # write_study TRIALS >FILE: 40 networks, each trained in so many trials
    cat <<END
{ "study": "cluster", "task": "go-nogo",
  "options": {"N": 20, "n_trials": $1, "eval_tr": 20, },
  "grid": {"gain": [1, 1.5]}, "seeds": "1:20" }
END
}

check_table() { # check_table DIR ONE: the tables of both folders are the same bytes
    for ending in csv sqlite; do
        "$program" study table "$1" --out "$1.$ending" >/dev/null
        "$program" study table "$2" --out "$2.$ending" >/dev/null
        cmp "$1.$ending" "$2.$ending"
    done
    echo "The table of $1 is that of $2: $(md5sum <"$1.csv")"
}

# ---- one machine, mpirun, srun ----

write_study "${SHORT_TRIALS:-200}" >short.json
say "$program" study run short.json --dir one --threads 2
for mpi in openmpi mpich; do
    as_root=
    [ $mpi = mpich ] || as_root='--allow-run-as-root --oversubscribe'
    # shellcheck disable=SC2086 # split on purpose
    say mpirun.$mpi $as_root -n 4 "$program" study run short.json --dir $mpi --threads 1
    check_table $mpi one
done
say srun -n 2 "$program" study run short.json --dir srun --threads 1
check_table srun one
say sbatch --wait --quiet --array=1,3 -n 2 --output=srun-%a.out \
    --wrap "srun '$program' study run short.json --dir srun-array --threads 1"
cat srun-?.out
check_table srun-array one

# ---- the script: two passes ----

write_study "${LONG_TRIALS:-4000}" >long.json
say "$program" study run long.json --dir alone --threads 2
say "$program" study run long.json --dir array --seeds 1:1 --threads 2
"$program" study script slurm array --array 4 --hours 0.1 >job.sh
cat job.sh

# Limits are looked at every 30 s; with this one the signal is sent at the first look.
job=$(sbatch --parsable --time=1 --signal=B:USR1@59 job.sh)
printf '\n$ sbatch --parsable --time=1 --signal=B:USR1@59 job.sh\n%s\n' "$job"
until_task_runs() { # until_task_runs TASK: and has begun
    n=0
    until grep -qs . "cluster-${job}_$1.out" && [ "$(squeue --noheader --array --job "${job}_$1" --format=%t)" = R ]; do
        n=$((n + 1))
        [ $n -lt 900 ] || fail "task $1 of the array does not run after 90 s"
        sleep 0.1
    done
    sleep 2
}
until_task_runs 2
say scancel --signal=KILL --batch "${job}_2"
until_task_runs 3
say scancel "${job}_3"
n=0
while [ -n "$(squeue --noheader --job "$job")" ]; do
    n=$((n + 1))
    [ $n -lt 300 ] || fail "the array runs after 300 s; its tasks have a limit of 60 s"
    sleep 1
done
for task in 1=COMPLETED=0:0 2=FAILED=0:9 3=CANCELLED=0:0 4=COMPLETED=0:0; do
    number=${task%%=*}
    ended=$(scontrol show job "${job}_$number" | sed -n 's/ *JobState=\([A-Z]*\).*/\1/p; s/.* ExitCode=\([0-9:]*\).*/=\1/p' | tr -d '\n')
    printf '\nTask %s ended as %s:\n' "$number" "$ended"
    cat "cluster-${job}_$number.out"
    [ "$number=$ended" = "$task" ] || fail "task $number ended as $ended; expected ${task#*=}"
done
say "$program" study status array
"$program" study table array --out first.csv >/dev/null
if cmp -s first.csv alone.csv; then
    fail "the first pass computed all of the study; expected that it is stopped before"
fi

say sbatch --wait --quiet job.sh
cat cluster-*_?.out
say "$program" study status array
check_table array alone
printf '\ncheck-cluster: all passed\n'
