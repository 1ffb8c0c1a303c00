# The same seed gives the same files: again, on other numbers of threads, with other
# instruction sets; another seed does not.
. "$SOURCE_DIR/tests/cli/expect.bash"

# in_folder FOLDER [OPTION...]
in_folder() {
    local folder=$1
    shift
    experiment --figures none go-nogo --N 50 --n_trials 110 --eval_trials 20 --som_N 2 --scaling_factors 20,40 \
        --search_trials 5 --test_trials 3 --output_dir "$folder" "$@"
}

# same FOLDER: as the first one
same() {
    same_arrays first/model.mat "$1/model.mat"
    same_summaries first "$1"
}

in_folder first --seed 11 --threads 1
in_folder again --seed 11 --threads 1
same again
for threads in 2 3; do
    in_folder threads_$threads --seed 11 --threads $threads
    same threads_$threads
done

# trials of simulate, whose spikes are in order
for threads in 1 2 3; do
    accepted simulate first/model.mat --n_trials 4 --threads $threads --out trials_$threads.csv
    accepted simulate first/model.mat --n_trials 4 --threads $threads --record spikes,v,r --units 1:3 --every 50 \
        --out trials_$threads.mat
    cmp trials_1.csv trials_$threads.csv || fail "the spikes differ on $threads threads"
    cmp trials_1.mat trials_$threads.mat || fail "the traces differ on $threads threads"
done

tried=0
for isa in baseline avx2 avx512 neon; do
    SPIKERNN_ISA=$isa run "$SPIKERNN" info first/model.mat
    if [ $code != 0 ]; then
        one_sentence "SPIKERNN_ISA|'$isa'|not available"
        continue
    fi
    SPIKERNN_ISA=$isa in_folder isa_$isa --seed 11
    same isa_$isa
    tried=$((tried + 1))
done
[ $tried -ge 1 ] || fail "no instruction set is available"

in_folder other --seed 12 --threads 1
! same_arrays first/model.mat other/model.mat 2>/dev/null || fail "another seed gave the same network"
