#!/bin/bash
# cluster.sh PROGRAM, in an empty folder while a SLURM runs (with-slurm): a study of 40 small networks
# gives the table of one machine under mpirun of Open MPI and of MPICH, under srun, as a job array of
# srun, and as the job array of `study script slurm`. Of that one task is killed, one is cancelled
# and two meet their time limit, before a second pass does the rest, of which one task is put back
# into the queue.
set -eu
program=$1
PATH=$(dirname "$program"):$PATH # the script of a study names `spikernn` alone

fail() {
    echo "tests/cluster/cluster.sh: $*" >&2
    exit 1
}

say() { # the command, then what it says, without a line for each network that is not trained
    printf '\n$ %s\n' "$*"
    "$@" >said 2>&1 || {
        cat said
        fail "the command failed"
    }
    grep -v ': training did not reach its criterion' said || true
}

write_study() { # write_study TRIALS >FILE: no training ends before so many trials
    cat <<END
{ "study": "cluster", "task": "go-nogo",
  "options": {"N": 60, "min_trials": $1, "n_trials": $(($1 + 500)),
              "search_trials": 10, "test_trials": 20, "scaling_factors": "20:60:20"},
  "grid": {"gain": [1, 1.5]}, "seeds": "1:20" }
END
}

check_table() { # check_table DIR OTHER: the tables are the same bytes, and nothing was computed twice
    for ending in csv sqlite; do
        spikernn study table "$1" --out "$1.$ending" >/dev/null
        spikernn study table "$2" --out "$2.$ending" >/dev/null
        cmp "$1.$ending" "$2.$ending"
    done
    [ -z "$(grep -ho '"key":"[0-9a-f]*","stage":"[a-z]*"' "$1"/records/* | sort | uniq -d)" ] ||
        fail "a stage was computed twice in $1"
    echo "The table of $1 is that of $2, $(md5sum <"$1.csv" | cut -c 1-8)"
}

# ---- under mpirun and srun ----

write_study 300 >short.json
say spikernn study run short.json --dir one --threads 2
for mpirun in 'mpirun.openmpi --allow-run-as-root --oversubscribe' mpirun.mpich; do
    # shellcheck disable=SC2086 # split on purpose
    say $mpirun -n 4 spikernn study run short.json --dir "${mpirun%% *}" --threads 1
    check_table "${mpirun%% *}" one
done
say srun -n 2 spikernn study run short.json --dir srun --threads 1
check_table srun one
say sbatch --wait --array=1,3 -n 2 --wrap 'srun spikernn study run short.json --dir srun-array --threads 1'
check_table srun-array one

# ---- the script, in two passes ----

# A task has a quarter of the networks and should take 45 s: the time limit ends it before.
write_study 2000 >timed.json
begun=$(date +%s%N)
spikernn study run timed.json --dir timed --seeds 1:2 --threads 1 >/dev/null 2>&1
network_ms=$((($(date +%s%N) - begun) / 4000000))
trials=$((2000 * 4500 / network_ms))
write_study $((trials < 6000 ? 6000 : trials)) >long.json
say spikernn study run long.json --dir alone --threads 2
spikernn study script slurm long.json --dir array --array 4 --hours 0.1 >job.sh
cat job.sh

await_state() { # await_state TASK STATE: of squeue, for 90 s at most
    n=0
    until [ "$(squeue --noheader --array --job "${job}_$1" --format=%t)" = "$2" ]; do
        n=$((n + 1))
        [ $n -lt 900 ] || fail "task $1 of the array is not $2 after 90 s"
        sleep 0.1
    done
}

await_end() { # of the array, for 10 minutes at most
    n=0
    while [ -n "$(squeue --noheader --job "$job")" ]; do
        n=$((n + 1))
        [ $n -lt 600 ] || fail "the array runs after 600 s"
        sleep 1
    done
}

check_end() { # check_end TASK STATE=CODE: how it ended, after what it said
    ended=$(scontrol show job "${job}_$1" |
        sed -n 's/ *JobState=\([A-Z]*\).*/\1/p; s/.* ExitCode=\([0-9:]*\).*/=\1/p' | tr -d '\n')
    printf '\nTask %s: %s\n' "$1" "$ended"
    cat "cluster-${job}_$1.out"
    [ "$ended" = "$2" ] || fail "task $1 ended as $ended; expected $2"
}

say sbatch --parsable --signal=B:USR1@59 job.sh
job=$(cat said)
# SLURM looks at the limits every 30 s: with these the signal is sent at its first look.
for task in 1 4; do
    say scontrol update JobId="${job}_$task" TimeLimit=1
done
await_state 2 R
sleep 6
say scancel --signal=KILL --batch "${job}_2"
await_state 3 R
sleep 6
say scancel "${job}_3"
await_end
check_end 1 COMPLETED=0:0
check_end 2 FAILED=0:9
check_end 3 CANCELLED=0:0
check_end 4 COMPLETED=0:0
say spikernn study status array
spikernn study table array --out first.csv >/dev/null
spikernn study table alone --out alone.csv >/dev/null
! cmp -s first.csv alone.csv || fail "the first pass computed all of the study; expected that it is stopped before"

# SLURM holds a task back for two minutes that it put into the queue again.
say sbatch --parsable job.sh
job=$(cat said)
await_state 1 R
sleep 6
say scontrol requeue "${job}_1"
await_state 1 PD
say scontrol update JobId="${job}_1" StartTime=now
await_end
for task in 1 2 3 4; do check_end $task COMPLETED=0:0; done
say spikernn study status array
check_table array alone
printf '\nmake check-cluster: all passed\n'
