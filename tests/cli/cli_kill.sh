# kill -9 at random moments of a search: the model file is always whole.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model model.mat --N 60
search="search model.mat --n_trials 1 --fresh_trials 0 --scaling_factors 50 --quiet"
started_ns=$(date +%s%N)
accepted $search
took_us=$((($(date +%s%N) - started_ns) / 1000))

# Many kills, some of them in the middle of the writing: these leave their unfinished file.
RANDOM=1
killed=0
unfinished=0
for ((i = 0; i < 1000 && (killed < 40 || unfinished < 3); i++)); do
    "$SPIKERNN" $search >/dev/null 2>&1 &
    pid=$!
    sleep "$(printf '0.%06d' $(((RANDOM * 32768 + RANDOM) % took_us)))"
    kill -9 $pid 2>/dev/null || true
    ended $pid 2>/dev/null
    case $code in
    137) killed=$((killed + 1)) ;;
    0) ;;
    *) fail "search ended with $code" ;;
    esac
    find . -name '*.tmp*' >>"$scratch/left" # each has its process in its name
    unfinished=$(sort -u "$scratch/left" | wc -l)
    accepted info --json model.mat
    in_json 'j["models"][0]["search"]["opt_scaling_factor"] is not None and j["models"][0]["N"] == 60'
done
[ $killed -ge 40 ] || fail "only $killed kills came in time"
[ $unfinished -ge 3 ] || fail "only $unfinished kills came in the middle of the writing"

# What the killed ones left does not get in the way, and goes when the file is written again.
accepted $search
[ "$(ls -A)" = model.mat ] || fail "there are $(ls -A)"
accepted search . --n_trials 1 --scaling_factors 50
printed "./model.mat: go-nogo"
[ "$(grep -c ' best$' "$scratch/out")" = 1 ] || fail "a left-over was taken for a model"
