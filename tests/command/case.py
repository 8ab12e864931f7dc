"""What the tests of the command share: small models, files in a directory of their own, running the program."""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "crmvalue"

MAPPED = {
    "customer": "CustNo", "date": "Posting", "document": "DocNo", "quantity": "Qty", "revenue": "Net", "cost": "Cost",
}
HEADER = "CustNo,Posting,DocNo,Qty,Net,Cost,Text\n"
ROW = "C1,2024-01-15,D1,1,100.00,60.00,x\n"


def model(**changes):
    """A small model of two metrics, three tiers, a segment and two rules."""
    made = {
        "crmvalue": 1,
        "name": "small",
        "money": {"currency": "EUR"},
        "input": {"transactions": dict(MAPPED), "customers": {"customer": "CustNo", "name": "Name"}},
        "metrics": {
            "revenue": {"sum": "revenue", "scale": {"line": [[0, 0], [1000, 100]]}},
            "position": {"attribute": "Position", "scale": {"categories": {"leader": 100, "other one": 40}}},
            "gross_profit": {"sum": "gross_profit"},
        },
        "indexes": {
            "money": {"weights": {"revenue": 1}},
            "score": {"weights": {"money": 75, "position": 25}},
        },
        "tiers": {"cuts": [["gold", 60], ["silver", 30], ["basic", None]]},
        "segments": {
            "class": {
                "cases": [
                    {"is": "loss", "when": {"gross_profit": {"below": 0}}, "treatment": "raise prices"},
                    {"is": "profit"},
                ]
            }
        },
        "rules": [
            {"name": "loss maker", "when": {"gross_profit": {"below": 0}},
             "then": {"cap": "basic", "flag": True, "treatment": "talk"}},
            {"name": "big", "when": {"revenue": {"at_least": 500}}, "then": {"flag": True}},
        ],
    }
    made.update(changes)
    return {key: value for key, value in made.items() if value is not None}


def revenue_model(transactions=None, **reading):
    """Only revenue by customer, its input read as said."""
    maps = {"customer": "customer", "date": "date", "revenue": "revenue"} if transactions is None else transactions
    return {
        "crmvalue": 1,
        "input": dict(reading, transactions=maps),
        "metrics": {"revenue": {"sum": "revenue", "scale": {"line": [[-1000000, -1000000], [1000000, 1000000]]}}},
        "indexes": {"score": {"weights": {"revenue": 1}}},
    }


class Case(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def write(self, name, content, encoding="utf-8"):
        data = json.dumps(content) if isinstance(content, dict) else content
        with open(self.path(name), "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode(encoding))
        return self.path(name)

    def run_program(self, *arguments, **keywords):
        keywords.setdefault("stdout", subprocess.PIPE)
        keywords.setdefault("timeout", 60)
        return subprocess.run([PROGRAM, *arguments], stderr=subprocess.PIPE, cwd=self.directory.name, **keywords)

    def expect(self, status, *arguments, **keywords):
        ran = self.run_program(*arguments, **keywords)
        self.assertEqual(ran.returncode, status, ran.stderr.decode())
        return ran

    def fails(self, status, parts, *arguments, **keywords):
        """The command leaves with a status, writes nothing to the standard output, and says all the parts."""
        ran = self.expect(status, *arguments, **keywords)
        message = ran.stderr.decode()
        self.assertEqual(ran.stdout or b"", b"")
        for part in parts:
            self.assertIn(part, message)
        self.assertIn("crmvalue: ", message)
        return message

    def table(self, *arguments, **keywords):
        ran = self.expect(0, "score", *arguments, **keywords)
        return list(csv.DictReader(io.StringIO(ran.stdout.decode(), newline="")))


def main():
    """Runs a file's tests: FILE PATH-OF-CRMVALUE [unittest's arguments]."""
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]])
