# What the README shows is what there is: its C code stands in the lesson, its
# links lead to files, its commands name verbs and options that exist.
set -eu
cd "$SOURCE_DIR"

"$PYTHON" - "$SPIKERNN" <<'PYTHON'
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

for link in re.findall(r"\]\((?!https?:|#)([^)]+)\)", readme):
    if not pathlib.Path(link).exists():
        faults.append(f"README.md: links to {link}, which is not there")

commands = re.findall(r"^spikernn (\w+)((?:.*\\\n)*.*)$", readme, re.M)
if not commands:
    faults.append("README.md: no spikernn command found")
for verb, rest in commands:
    asked = subprocess.run([sys.argv[1], verb, "--help"], stdout=subprocess.PIPE, text=True)
    if asked.returncode:
        faults.append(f"README.md: spikernn has no verb {verb}")
        continue
    for option in re.findall(r"--\w+", rest):
        if not re.search(option + r"\b", asked.stdout):
            faults.append(f"README.md: spikernn {verb} has no option {option}")
for target in re.findall(r"^make (\w+)", readme, re.M):
    if not re.search(rf"^{target}:", pathlib.Path("Makefile").read_text(encoding="utf-8"), re.M):
        faults.append(f"README.md: the Makefile has no target {target}")

if faults:
    sys.exit("\n".join(faults))
PYTHON
