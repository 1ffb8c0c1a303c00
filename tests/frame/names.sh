# A name stands for one thing, and the checker notices one that stands for two.
set -eu
check="$PYTHON $SOURCE_DIR/tools/check-names"
$check "$SOURCE_DIR"

plant() { # a tree in which each name stands for one thing
    rm -rf tree
    mkdir -p tree/src/core tree/src/rate tree/cli tree/octave
    printf 'typedef struct pass {\n    int n;\n} pass;\n\n#if STEPS > 1\n#endif\n' >tree/src/rate/pass.h
    printf '/* run() { */\nstatic int rate_run(int n,\n                    int m)\n{\n    return run(n, m);\n}\n' \
        >tree/src/rate/pass.c
    printf '#define STEPS 1\nstatic const int steps[] = {1};\n' >tree/src/core/core.c
    printf '#define STEPS 2\n#define _GNU_SOURCE 1\nstatic int run(void);\n' >tree/cli/main.c
    printf '#define _GNU_SOURCE 1\n' >tree/octave/mex.c
}

rejects() { # rejects EXPECTED: the planted tree is refused with a line EXPECTED
    if message=$($check tree 2>&1); then
        echo "accepted, though it should say: $1"
        exit 1
    fi
    if ! grep -qxF "$1" <<<"$message"; then
        printf 'said: %s\nexpected: %s\n' "$message" "$1"
        exit 1
    fi
}

plant
$check tree | tee said
grep -qx "6 names in 5 files stand for one thing each" said

plant
printf 'static bool rate_run(void) { return true; }\n' >>tree/octave/mex.c
rejects "function rate_run: in octave/mex.c, src/rate/pass.c"

plant
printf 'SRNN__PRINTF(1, 2)\nstatic int rate_run(const char *format, ...)\n{\n}\n' >>tree/cli/main.c
rejects "function rate_run: in cli/main.c, src/rate/pass.c"

plant
printf 'struct pass {\n    int m;\n};\n' >>tree/src/core/core.c
rejects "type pass: in src/core/core.c, src/rate/pass.h"

plant
printf '#  define LARGEST 3\n' | tee -a tree/src/core/core.c >>tree/cli/main.c
rejects "macro LARGEST: in cli/main.c, src/core/core.c"

plant
: >tree/cli/pass.c
rejects "file pass: in cli/pass, src/rate/pass"
