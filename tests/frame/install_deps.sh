# tools/install-deps waits while another apt holds a lock, and for nothing else. Here pkg-config
# finds nothing, and apt-get fails as often as the file `locked` has lines, with these.
set -eu
mkdir bin
cat >bin/pkg-config <<'END'
#!/bin/sh
exit 1
END
cat >bin/sleep <<'END'
#!/bin/sh
echo "sleep $1" >>calls
END
cat >bin/apt-get <<'END'
#!/bin/sh
echo "$*" | sed 's/.*\(update\|install\).*/\1/' >>calls
sentence=$(head -n 1 locked)
[ -n "$sentence" ] || exit 0
sed -i 1d locked
echo "$sentence" >&2
exit 100
END
printf '#!/bin/sh\necho 0\n' >bin/id # root: no sudo
chmod +x bin/*
PATH=$PWD/bin:$PATH

expect() { # expect CODE CALLS: of install-deps, whose output is left in `log`
    rm -f calls
    code=0
    "$SOURCE_DIR/tools/install-deps" >log 2>&1 || code=$?
    if [ $code != "$1" ] || [ "$(tr '\n' ' ' <calls)" != "$2 " ]; then
        echo "ended with $code after: $(tr '\n' ' ' <calls); expected $1 after: $2"
        cat log
        exit 1
    fi
}

: >locked
expect 0 "update install"

held="E: Could not get lock /var/lib/apt/lists/lock. It is held by process 123 (apt-get)"
printf '%s\n' "$held" "$held" >locked
expect 0 "update sleep 10 update sleep 10 update install"
[ "$(grep -cF "Another apt is at work; waiting for up to 10 minutes: $held" log)" = 1 ]

printf '%s\n' "E: Unable to locate package libmatio-dev" >locked
expect 1 "update"
grep -qF "Unable to locate package" log
if grep -q "Another apt" log; then exit 1; fi

# for ever: the reason is said at the end
i=0
while [ $i -lt 200 ]; do
    echo "$held"
    i=$((i + 1))
done >locked
code=0
rm calls
"$SOURCE_DIR/tools/install-deps" >log 2>&1 || code=$?
[ $code = 1 ]
[ "$(grep -c sleep calls)" = 60 ]
tail -n 1 log | grep -qF "$held"
