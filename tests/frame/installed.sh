# What `cmake --install` puts under a prefix serves other projects: through
# pkg-config (shared and static) and through find_package. The prefix is moved
# once, so no path of the build can be left inside.
set -eu
lesson=$SOURCE_DIR/examples/c/01_train_and_convert.c

"$CMAKE" --install "$BUILD_DIR" --prefix "$PWD/staged" >/dev/null
mv staged prefix
PKG_CONFIG_PATH=$(dirname "$(find "$PWD/prefix" -name spikernn.pc)")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir spikernn)
version=$(sed -n 's/#define SRNN_VERSION "\(.*\)"/\1/p' prefix/include/spikernn/ctx.h)
test "$(pkg-config --modversion spikernn)" = "$version"
prefix/bin/spikernn --version | grep -F "$version"

run() { # the lesson in short: trains and converts, and leaves a model
    rm -rf out
    mkdir out
    (cd out && "$@" 20) >log
    cat log
    find out -name '*.mat' | grep -q .
    prefix/bin/spikernn info "$(find out -name '*.mat')" >/dev/null
}

# shellcheck disable=SC2046,SC2086 # flags are split on purpose
{
    $CC -std=c11 -Wall -Wextra -Werror $CFLAGS "$lesson" -o shared $(pkg-config --cflags --libs spikernn)
    $CC -std=c11 $CFLAGS "$lesson" -o static $(pkg-config --cflags spikernn) \
        "$libdir/libspikernn.a" $(pkg-config --libs --static spikernn | sed 's/-lspikernn//')
}
# The static form takes the shared libraries of what it calls, and nothing of what these would need.
for library in $(pkg-config --libs-only-l --static spikernn); do
    case $library in -lspikernn | -ldl | -lm) continue ;; esac
    objdump -p "$libdir/libspikernn.so" | grep -q "NEEDED *lib${library#-l}[_a-z]*\.so" && continue
    echo "pkg-config --static names $library, which libspikernn.so does not need"
    exit 1
done
LD_LIBRARY_PATH=$libdir run "$PWD/shared"
run "$PWD/static"
if ldd ./static | grep libspikernn; then
    echo "static still needs the shared library"
    exit 1
fi

CFLAGS="$CFLAGS" "$CMAKE" -S "$SOURCE_DIR/tests/consumer" -B consumer -DCMAKE_C_COMPILER="$CC" \
    -DCMAKE_PREFIX_PATH="$PWD/prefix" -DLESSON="$lesson" -DWANTED_VERSION="$version" >/dev/null
"$CMAKE" --build consumer >/dev/null
run "$PWD/consumer/lesson"
