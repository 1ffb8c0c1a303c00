# What the README and the pages of docs show is what there is: the README's C code stands in the lesson,
# links lead to files and headings, commands name verbs and options that exist; the tables of options and
# the schema of options are what the program has, and the tables of JSON documents what the schemas have.
set -eu
work=$PWD
cd "$SOURCE_DIR"

cp docs/options.md "$work/options.md"
"$PYTHON" tools/make-options-tables "$BUILD_DIR" "$work/options.md"
diff docs/options.md "$work/options.md" ||
    { echo "docs/options.md: run tools/make-options-tables BUILD docs/options.md"; exit 1; }
grep -v 'options: neuron' docs/options.md >"$work/lacking.md"
if "$PYTHON" tools/make-options-tables "$BUILD_DIR" "$work/lacking.md" 2>"$work/said"; then exit 1; fi
grep -q "lacking.md lacks neuron" "$work/said"
cp -r schemas docs/json.md "$work"
"$PYTHON" tools/make-json-page "$BUILD_DIR" "$work/schemas" "$work/json.md"
{ diff -r schemas "$work/schemas" && diff docs/json.md "$work/json.md"; } ||
    { echo "docs/json.md: run tools/make-json-page BUILD schemas docs/json.md"; exit 1; }

"$PYTHON" - "$SPIKERNN" <<'PYTHON'
import functools
import pathlib
import re
import subprocess
import sys

readme = pathlib.Path("README.md").read_text(encoding="utf-8")
faults = []

lesson = pathlib.Path("examples/c/01_train_and_convert.c").read_text(encoding="utf-8")
blocks = re.findall(r"```c\n(.*?)```", readme, re.S)
if len(blocks) != 1 or blocks[0] not in lesson:
    faults.append("README.md: its C code is not in examples/c/01_train_and_convert.c")
for target in re.findall(r"^make (\w+)", readme, re.M):
    if not re.search(rf"^{target}:", pathlib.Path("Makefile").read_text(encoding="utf-8"), re.M):
        faults.append(f"README.md: the Makefile has no target {target}")


@functools.lru_cache(None)
def options(verb):
    """None: there is no such verb"""
    asked = subprocess.run([sys.argv[1], verb, "--help_all"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           encoding="utf-8")
    return None if asked.returncode else set(re.findall(r"--(\w+)", asked.stdout))


def anchor(heading):
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def check_links(page, text):
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        name, _, part = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists():
            faults.append(f"{page}: links to {link}, which is not there")
        elif part and part not in map(anchor, re.findall(r"^#+ (.*)", target.read_text(encoding="utf-8"), re.M)):
            faults.append(f"{page}: links to {link}, which is no heading")


def check_commands(page, text):
    commands = re.findall(r"^spikernn (\w+)((?:.*\\\n)*.*)", text, re.M)
    commands += re.findall(r"`spikernn ([a-z]\w*)([^`\n]*)`", text)
    for verb, rest in commands:
        if options(verb) is None:
            faults.append(f"{page}: spikernn has no verb {verb}")
            continue
        for option in re.findall(r"--([\w-]+)", rest):
            if option.replace("-", "_") not in options(verb):
                faults.append(f"{page}: spikernn {verb} has no option --{option}")
    if page.name not in ("performance.md", "python.md"):  # which have options of other programs
        for option in re.findall(r"`--(\w+)", text):
            if option != "static" and not any(option in (options(verb) or ()) for verb in verbs):
                faults.append(f"{page}: no verb has an option --{option}")
    return len(commands)


listed = subprocess.run([sys.argv[1], "--help"], stdout=subprocess.PIPE, encoding="utf-8").stdout
verbs = re.findall(r"^  (\w+) ", listed.partition("\n  help ")[0], re.M)
pages = [pathlib.Path("README.md"), *sorted(pathlib.Path("docs").glob("*.md"))]
found = 0
for page in pages:
    text = page.read_text(encoding="utf-8")
    check_links(page, text)
    found += check_commands(page, text)
if found < 50:
    faults.append(f"only {found} commands of spikernn found")
if faults:
    sys.exit("\n".join(faults))
PYTHON
