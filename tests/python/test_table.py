"""Tables are read by the readers that users have: csv, json and sqlite3."""
import csv
import ctypes
import io
import json
import math
import sqlite3
import unittest

from spikernn import c, call, free, lib

KINDS = {str: c.SRNN_COLUMN_TEXT, int: c.SRNN_COLUMN_WHOLE, float: c.SRNN_COLUMN_REAL}
COLUMNS = (("condition", str), ("seed", int), ("accuracy", float), ('said, "why"', str))
ROWS = (("ReLU", 1, 0.1, None),
        ("λ = 结果", 2 ** 53, 1 / 3, 'two\nlines, a "quote" and a comma'),
        ("soft plus ", None, math.nan, " begins with a blank"),
        (None, 0, 5e-324, "'; DROP TABLE network; --"))


def table(name):
    cells = (c.srnn_cell * (len(ROWS) * len(COLUMNS)))()
    for cell, (value, (_, kind)) in zip(cells, ((v, col) for row in ROWS for v, col in zip(row, COLUMNS))):
        if kind is str:
            cell.text = None if value is None else value.encode()
        else:
            cell.number = math.nan if value is None else value
    columns = (c.srnn_column * len(COLUMNS))(
        *((name.encode(), b"", KINDS[kind], 3) for name, kind in COLUMNS))
    return c.srnn_table(name.encode(), len(COLUMNS), len(ROWS), columns, cells)


def written(name):
    function = lib[name]  # one whose result can be freed
    function.restype, function.argtypes = ctypes.c_void_p, [ctypes.POINTER(c.srnn_table)]
    data = function(ctypes.byref(table("network")))
    try:
        return ctypes.string_at(data).decode()
    finally:
        free(data)


def expected(row):
    return tuple(None if value != value else value for value in row)


class Tables(unittest.TestCase):
    def test_csv(self):
        names, *rows = csv.reader(io.StringIO(written("srnn_table_csv"), newline=""), strict=True)
        self.assertEqual(names, [name for name, _ in COLUMNS])
        for row, values in zip(rows, ROWS):
            self.assertEqual([kind(cell) if cell else None for cell, (_, kind) in zip(row, COLUMNS)],
                             list(expected(values)))
        self.assertEqual(len(rows), len(ROWS))

    def test_json(self):
        rows = json.loads(written("srnn_table_json"))
        self.assertEqual([tuple(row.values()) for row in rows], [expected(row) for row in ROWS])
        self.assertEqual(list(rows[0]), [name for name, _ in COLUMNS])

    def test_sqlite(self):
        both = (c.srnn_table * 2)(table("network"), table("condition"))
        call(lib.srnn_tables_save_sqlite, both, 2, b"study.sqlite")
        base = sqlite3.connect("study.sqlite")
        self.assertEqual(base.execute("SELECT name FROM sqlite_master").fetchall(),
                         [("network",), ("condition",)])
        for name in ("network", "condition"):
            self.assertEqual(base.execute("SELECT * FROM " + name).fetchall(),
                             [expected(row) for row in ROWS])
        base.close()


if __name__ == "__main__":
    unittest.main()
