# The include rules hold, and the checker notices when they do not.
set -eu
check="$PYTHON $SOURCE_DIR/tools/check-includes"
$check "$SOURCE_DIR"

plant() { # a tree of three rooms that keeps the rules
    rm -rf tree
    mkdir -p tree/include/spikernn tree/src/core tree/src/model tree/cli
    cat >tree/CONTRIBUTING.md <<'TABLE'
| folder | what lives there | may include |
|---|---|---|
| `include/spikernn/` | the public API | – |
| `src/core/` | the base | – |
| `src/model/` | the network | `core` |
| `cli/` | the program | – |
TABLE
    : >tree/include/spikernn/model.h
    : >tree/src/core/core.h
    printf '#include <stdio.h>\n#include "core/core.h"\n#include "spikernn/model.h"\n' >tree/src/model/model.h
    printf '#include "model.h"\n' >tree/src/model/model.c
    printf '#include "spikernn/model.h"\n' >tree/cli/main.c
}

rejects() { # rejects EXPECTED: the planted tree is refused with a message that contains EXPECTED
    if message=$($check tree 2>&1); then
        echo "accepted, though it should say: $1"
        exit 1
    fi
    case $message in
    *"$1"*) ;;
    *)
        printf 'said: %s\nexpected: %s\n' "$message" "$1"
        exit 1
        ;;
    esac
}

plant
$check tree | tee said
grep -qx "4 includes between 4 rooms follow the table in CONTRIBUTING.md" said

plant
printf '#include "model/model.h"\n' >tree/src/core/core.c
rejects "src/core/core.c:1: includes src/model/model.h, but src/core/ may include only"

plant
printf '\n #  include "../model/model.h"\n' >tree/src/core/core.c
rejects "src/core/core.c:2: includes src/model/model.h"

plant
printf '#include <core/core.h>\n' >tree/cli/cmd.c
rejects "cli/cmd.c:1: includes src/core/core.h, but cli/ may include only"

plant
printf '#include "core/core.h"\n' >tree/include/spikernn/task.h
rejects "include/spikernn/task.h:1: includes src/core/core.h"

plant
mkdir tree/src/figure
: >tree/src/figure/figure.c
rejects "src/figure/figure.c: its folder is not in the table of rooms"

plant
printf '#include "core/gone.h"\n' >tree/src/model/model.c
rejects 'src/model/model.c:1: "core/gone.h" is not found'

plant
rm -r tree/cli
rejects "the table names cli/, which is not there"

plant
rm tree/CONTRIBUTING.md
: >tree/CONTRIBUTING.md
rejects "no table of rooms found"
