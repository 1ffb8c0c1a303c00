# pip install . and pip wheel . from the sources alone, without network: the packages come with the
# library inside and run; an editable install follows the sources.
set -eu
mkdir source
tar -C "$SOURCE_DIR" -c --exclude=./build --exclude=./.git --exclude='*.so' . | tar -C source -x
"$PYTHON" -m venv --system-site-packages venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INDEX=1 PIP_NO_BUILD_ISOLATION=0
pip() { venv/bin/python -m pip -q "$@"; }

version=$(sed -n 's/#define SRNN_VERSION "\(.*\)"/\1/p' "$SOURCE_DIR/include/spikernn/ctx.h")
pip wheel --no-deps -w wheels ./source
case $(ls wheels) in
"spikernn-$version-py3-none-"*.whl) ;;
*)
    ls wheels
    exit 1
    ;;
esac

check() { # where the packages are
    (cd / && "$OLDPWD/venv/bin/python" - "$1" "$version") <<'END'
import sys
import rate, spikernn
assert rate.__file__.startswith(sys.argv[1]), rate.__file__
assert spikernn.lib._name.startswith(sys.argv[1]), spikernn.lib._name
assert spikernn.__version__ == sys.argv[2]
assert rate.RateNetwork(20, seed=1).train("go-nogo", n_trials=5)["n_losses"] == 5
END
}
rm -rf source/python/spikernn/*.so
# no compiler is in reach of this one
PATH=$PWD/venv/bin:/nowhere pip install wheels/*.whl
check "$PWD/venv"
venv/bin/python -m rate.main --task go-nogo --N 20 --n_trials 5 --output_dir out
find out -name '*.pth' | grep -q .
pip uninstall -y spikernn

pip install -e ./source
check "$PWD/source/python"
