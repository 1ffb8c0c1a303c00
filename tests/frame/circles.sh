# No files of the program call each other in a circle, and the checker notices when they do.
set -eu
check="$PYTHON $SOURCE_DIR/tools/check-circles"
for source in "$SOURCE_DIR"/cli/*.c; do
    echo "$BUILD_DIR/CMakeFiles/spikernn_program.dir/cli/${source##*/}.o"
done | xargs $check

echo 'int below(void); int above(void) { return below(); } int other(void) { return 1; }' >above.c
echo 'int below(void) { return 2; }' >below.c
"$CC" -c above.c below.c
[ "$($check above.o below.o)" = "2 object files, no circle" ]

echo 'int other(void); int below(void) { return other(); }' >below.c
"$CC" -c below.c
if said=$($check above.o below.o 2>&1); then
    echo "a circle was accepted"
    exit 1
fi
expected="above calls below (below), which leads back to it
below calls above (other), which leads back to it"
[ "$said" = "$expected" ] || {
    printf 'said: %s\n' "$said"
    exit 1
}
