# HDF5 files, of models (level 7.3) and of spikes: results go into a file that h5py wrote, what names
# other files is refused, and what crashes libhdf5 is refused by a sentence, too.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model good.mat
"$PYTHON" - <<'END'
import h5py
import numpy as np, scipy.io

good = {k: v for k, v in scipy.io.loadmat("good.mat").items() if not k.startswith("__")}
written = ("w", "w_in", "w_out", "b_out", "m", "som_m", "inh", "taus", "taus_gaus")


def finish(name):
    """MATLAB's own 128 bytes."""
    with open(name, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(116) + bytes(9) + b"\2IM")


with h5py.File("h5py.mat", "w", userblock_size=512) as f:
    handle = f.create_group("a_handle")
    handle.attrs["MATLAB_class"] = np.bytes_("function_handle")
    handle["z"] = [1.0]
    for name in written:  # the attribute is padded with NULs
        f.create_dataset(name, data=good[name].astype(float).T).attrs["MATLAB_class"] = np.bytes_("double")
    letters = f.create_dataset("task", data=np.array([[ord(c)] for c in "go-nogo"], "u2"))
    letters.attrs["MATLAB_class"] = np.bytes_("char")
    cell = f.create_dataset("c", (1, 1), h5py.ref_dtype)
    cell[0] = cell.ref
    cell.attrs["MATLAB_class"] = np.bytes_("cell")
finish("h5py.mat")

with h5py.File("elsewhere.mat", "w", userblock_size=512) as f:
    for name in written[1:]:
        f.create_dataset(name, data=good[name].astype(float).T)
    f["w"] = h5py.ExternalLink("other.h5", "/w")
finish("elsewhere.mat")
with h5py.File("other.h5", "w") as f:
    f["w"] = good["w"].astype(float).T

with h5py.File("empty.nwb", "w") as f:
    f.create_group("general")
with h5py.File("single.nwb", "w") as f:
    f["units/spike_times"] = np.array([0.1, 0.2], "f4")
    f["units/spike_times_index"] = [1, 2]
END

refused "empty.nwb: it has neither /units" analyze empty.nwb
refused "elsewhere.mat: variable 'w' is a link into another file" info elsewhere.mat
accepted convert single.nwb single.csv
grep -q '^1,unknown,2,200,exc$' single.csv || fail "single.nwb is not as it was: $(cat single.csv)"

accepted search h5py.mat --scaling_factors 20,30 --n_trials 2 --quiet
"$PYTHON" - <<'END' || fail "h5py.mat does not hold its search"
import h5py

with h5py.File("h5py.mat") as f:
    assert f["scaling_factors"][()].ravel().tolist() == [20, 30]
    assert f["all_perfs"].shape == (1, 2) and f["all_perfs"].attrs["MATLAB_class"] == b"double"
    assert f["a_handle/z"][0] == 1 and f["c"].shape == (1, 1)
    settings = f["search_settings"]
    assert settings.attrs["MATLAB_class"] == b"char" and settings.attrs["MATLAB_int_decode"] == 2
    assert f["w"].shape == f["m"].shape
END
accepted search h5py.mat --scaling_factors 20,30,40 --n_trials 2 --quiet
accepted info h5py.mat

# A libhdf5 that prints and crashes, that takes too long or that waits: in a child of the program,
# which has limits and shows nothing, while the program goes on.
cat >fake.c <<'END'
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int unlimited(int resource)
{
    struct rlimit now;
    return getrlimit(resource, &now) || now.rlim_cur == RLIM_INFINITY;
}

long H5Fopen(const char *name, unsigned flags, long access)
{
    const char *how = getenv("FAKE");
    write(1, "libhdf5\n", 8), write(2, "libhdf5\n", 8);
    if (!strcmp(how, "waits")) {
        char child[32];
        snprintf(child, sizeof child, "child_%d", (int)getpid());
        close(open(child, O_CREAT | O_WRONLY, 0600));
        for (const pid_t program = getppid(); getppid() == program;) usleep(10000);
    }
    if (!strcmp(how, "limits") && !unlimited(RLIMIT_CPU) && !(unlimited(RLIMIT_AS) && LIMITED))
        raise(SIGXCPU); /* as the limit does it */
    return *(volatile long *)16;
}
END
case $CFLAGS in
*-fsanitize*) limited=0 ;; # a sanitizer needs all of the address space
*) limited=1 ;;
esac
"$CC" -w -shared -fPIC -DLIMITED=$limited fake.c -o "$scratch/fake.so"
rm fake.c
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
# stands_in HOW WORDS ARGUMENTS: with that libhdf5 the program refuses in these words. Its output is
# a pipe: the child may write to no file anyway.
stands_in() {
    FAKE=$1 LD_PRELOAD="$scratch/fake.so" "$SPIKERNN" "${@:3}" 2>&1 | cat >"$scratch/err"
    code=${PIPESTATUS[0]}
    [ $code = 2 ] || fail "'${*:3}' ended with $code: $(cat "$scratch/err")"
    one_sentence "$2"
}
for arguments in "info h5py.mat" "analyze single.nwb" "convert single.nwb new.csv"; do
    # shellcheck disable=SC2086
    stands_in crashes "reading it crashed the HDF5 library; the file is damaged" $arguments
done
stands_in limits "reading it takes longer than a file of this size is given" info h5py.mat

# Ctrl-C does not wait for it: a large file would be given minutes.
cp single.nwb large.nwb
truncate -s 300M large.nwb
FAKE=waits LD_PRELOAD="$scratch/fake.so" "$SPIKERNN" convert large.nwb new.csv >"$scratch/out" 2>"$scratch/err" &
pid=$!
await eval 'ls child_* >"$scratch/child" 2>&1'
interrupt $pid
gone() { [ ! -e /proc/$1/exe ]; } # also where only its exit code is left
(await gone $pid) || { kill -KILL $pid; fail "Ctrl-C waited for libhdf5"; }
ended $pid
[ $code = 130 ] || fail "the interrupted convert ended with $code: $(cat "$scratch/err")"
one_sentence "interrupted"
[ ! -e new.csv ] || fail "the interrupted convert left new.csv"
child=$(sed s/child_// "$scratch/child")
if kill -0 "$child" 2>"$scratch/err"; then fail "its child $child is left"; fi
