# The public headers stand alone, and the shared library exports what they
# declare and nothing else.
set -eu
cd "$SOURCE_DIR/include/spikernn"
for header in *.h; do
    echo "#include \"spikernn/$header\"" |
        $CC -std=c11 -pedantic -Wall -Wextra -Werror -I"$SOURCE_DIR/include" -fsyntax-only -x c -
done
cd - >/dev/null

grep -hoE '\bsrnn_[a-z0-9_]+\(' "$SOURCE_DIR"/include/spikernn/*.h | tr -d '(' | sort -u >declared
nm -D --defined-only "$BUILD_DIR/libspikernn.so" | awk '{ print $3 }' | sort -u >exported
test -s exported
diff declared exported
