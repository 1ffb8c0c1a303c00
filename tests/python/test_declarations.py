"""The declarations in Python against the C headers: text, sizes, offsets, kinds, constants."""
import ctypes
import inspect
import os
import subprocess
import sys
import unittest

from spikernn import c

SOURCE = os.environ["SOURCE_DIR"]

KINDS = """#include <stdio.h>
#include <stddef.h>
#include <time.h>
#include "spikernn/spikernn.h"
#define KIND(x) _Generic((x), bool: "c_bool", int: "c_int", unsigned: "c_uint", float: "c_float", \\
    double: "c_double", uint8_t: "c_ubyte", int64_t: "c_long", uint64_t: "c_ulong", default: "other")
#define FIELD(s, f) printf(#s " " #f " %zu %zu %s\\n", offsetof(s, f), sizeof(((s *)0)->f), \\
    KIND(((s *)0)->f))
#define SIZE(s) printf(#s " - %zu 0 -\\n", sizeof(s))
#define CONSTANT(k) printf(#k " - %lld 0 -\\n", (long long)(k))
int main(void)
{
"""


def structs():
    return [s for _, s in inspect.getmembers(c, inspect.isclass)
            if issubclass(s, ctypes.Structure) and s.__module__ == c.__name__
            and getattr(s, "_fields_", None)]


def constants():
    return [name for name, value in vars(c).items()
            if name.startswith("SRNN_") and isinstance(value, int)]


def kind(ctype):
    name = ctype.__name__
    return name if name in ("c_bool", "c_int", "c_uint", "c_float", "c_double", "c_ubyte", "c_long",
                            "c_ulong") else "other"


class Declarations(unittest.TestCase):
    def test_written_by_the_tool(self):
        tool = os.path.join(SOURCE, "tools/make-python-declarations")
        written = subprocess.check_output([sys.executable, tool], text=True)
        with open(c.__file__, encoding="utf-8") as file:
            self.assertEqual(file.read(), written, "run tools/make-python-declarations")

    def test_against_the_compiler(self):
        expected = set()
        lines = []
        for struct in structs():
            name = struct.__name__
            lines.append("SIZE(%s);" % name)
            expected.add((name, "-", str(ctypes.sizeof(struct)), "0", "-"))
            for field, ctype in struct._fields_:
                lines.append("FIELD(%s, %s);" % (name, field))
                at = getattr(struct, field)
                expected.add((name, field, str(at.offset), str(at.size), kind(ctype)))
        for name in constants():
            lines.append("CONSTANT(%s);" % name)
            expected.add((name, "-", str(getattr(c, name)), "0", "-"))
        with open("kinds.c", "w") as file:
            file.write(KINDS + "\n".join(lines) + "\nreturn 0;\n}\n")
        subprocess.check_call([os.environ.get("CC", "cc"), "-std=c11", "-I",
                               os.path.join(SOURCE, "include"), "kinds.c", "-o", "kinds"])
        told = {tuple(line.split()) for line in
                subprocess.check_output(["./kinds"], text=True).splitlines()}
        # an enum's type is the compiler's: int or unsigned
        self.assertEqual({t[:4] for t in expected}, {t[:4] for t in told})
        differing = {(e, t) for e in expected for t in told
                     if e[:2] == t[:2] and e[4] != t[4] and {e[4], t[4]} != {"c_int", "c_uint"}}
        self.assertEqual(differing, set())
        self.assertGreater(len(structs()), 40)
        self.assertGreater(len(constants()), 50)


unittest.main()
