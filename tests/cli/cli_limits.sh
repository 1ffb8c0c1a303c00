# Where the process may have little of the machine, the program works or says which limit it is; and
# LAPACK is loaded by the verbs alone that need it.
. "$SOURCE_DIR/tests/cli/expect.bash"
small_model model.mat
program=$SPIKERNN

# The main thread's stack.
cat >limited <<'END'
#!/bin/sh
ulimit $LIMIT && exec "$PROGRAM" "$@"
END
chmod +x limited
export LIMIT PROGRAM=$program
SPIKERNN=$PWD/limited
LIMIT="-s 64" refused "the stack is limited to 64 KiB (ulimit -s); expected at least 1024" eval model.mat
LIMIT="-s 1024" accepted eval model.mat --n_trials 2
# The address space; a sanitizer needs all of it.
case $CFLAGS in
*-fsanitize*) ;;
*)
    LIMIT="-v 150000" accepted --version
    LIMIT="-v 150000" accepted eval model.mat --n_trials 2
    LIMIT="-v 150000" refused "threads is 1000|expected fewer threads" eval model.mat --threads 1000
    ;;
esac
SPIKERNN=$program

# The stacks of the other threads: on one thread nothing needs them.
OMP_STACKSIZE=16k refused "the stack of a thread|is 16384 bytes|at least 65536" eval model.mat --threads 2
OMP_STACKSIZE=16k accepted eval model.mat --n_trials 2 --threads 1
OMP_STACKSIZE="64 K" accepted eval model.mat --n_trials 2 --threads 2
OMP_STACKSIZE=100000G refused "threads is 2|OMP_STACKSIZE" eval model.mat --threads 2
OMP_STACKSIZE=100000G accepted eval model.mat --n_trials 2
for wrong in 1Q '' many; do # OpenMP ignores it and prints its own warning
    OMP_STACKSIZE=$wrong run "$SPIKERNN" eval model.mat --n_trials 2 --threads 2
    [ $code = 0 ] || fail "OMP_STACKSIZE '$wrong': ended with $code"
done

# A LAPACK that writes down that it was loaded, and for how many threads; it has no routines.
name=$(grep -aoE 'liblapacke\.so[.0-9]*' "$SPIKERNN" | head -n 1)
cat >lapack.c <<'END'
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void loaded(void)
{
    FILE *log = fopen(getenv("LOADED"), "w");
    fputs(getenv("OPENBLAS_NUM_THREADS"), log);
    fclose(log);
}
END
mkdir fake
$CC -shared -fPIC lapack.c -o "fake/$name"
export LD_LIBRARY_PATH=$PWD/fake LOADED=$scratch/loaded
accepted eval model.mat --n_trials 2
[ ! -e "$LOADED" ] || fail "eval loaded LAPACK"
refused "LAPACK's LAPACKE_dsyevd_work cannot be loaded|undefined symbol" analyze model.mat --n_trials 2
[ "$(cat "$LOADED")" = 1 ] || fail "LAPACK was to start $(cat "$LOADED") threads"
OPENBLAS_NUM_THREADS=3 refused "cannot be loaded" analyze model.mat --n_trials 2
[ "$(cat "$LOADED")" = 3 ] || fail "OPENBLAS_NUM_THREADS is not the user's"
