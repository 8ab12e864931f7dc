"""What the tests of ledgers on disk share: invoice lines by chance, and asking the program about a ledger."""

import json
import os
import random

from case import Case, model

SHORT = "CustNo,Posting,DocNo,Qty,Net,Cost\n"


def lines(seed, customers, count, month):
    """Invoice lines of a month, as a CSV file."""
    chance = random.Random(seed)
    rows = ["K%d,2024-%02d-%02d,D%d,%d,%d.%02d,%d.00" % (
        chance.randrange(customers), month, chance.randrange(1, 29), number, chance.randrange(1, 9),
        chance.randrange(1, 900), chance.randrange(100), chance.randrange(1, 500)) for number in range(count)]
    return SHORT + "\n".join(rows) + "\n"


class LedgerCase(Case):
    def setUp(self):
        super().setUp()
        self.write("m.json", model())
        self.write("c.csv", "CustNo,Name,Position\n" + "".join("K%d,Name %d,leader\n" % (i, i) for i in range(0, 40, 3)))
        self.on = ("--ledger", "l.crmv", "--model", "m.json")

    def ledger(self, command, *arguments, status=0, **keywords):
        return self.expect(status, "ledger", command, *self.on, *arguments, **keywords)

    def append(self, *names, **keywords):
        files = [part for name in names for part in ("--transactions", name)]
        return self.ledger("append", *files, "--quiet", **keywords)

    def refused(self, status, parts, command, *arguments, **keywords):
        """The command fails and leaves the directory as it was."""
        before = self.everything()
        message = self.fails(status, parts, "ledger", command, *self.on, *arguments, **keywords)
        self.assertEqual(self.everything(), before)
        return message

    def everything(self):
        held = {}
        for name in os.listdir(self.directory.name):
            with open(self.path(name), "rb") as file:
                held[name] = file.read()
        return {name: data for name, data in held.items() if not name.endswith(".lock")}

    def bytes(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def report(self, *arguments):
        self.expect(0, *arguments, "--report", "report.json")
        with open(self.path("report.json"), encoding="utf-8") as file:
            return json.load(file)

    def info(self, name="l.crmv"):
        return self.report("ledger", "info", "--ledger", name, "--model", "m.json")

    def scores(self, *arguments):
        return self.expect(0, "score", "--model", "m.json", "--quiet", *arguments).stdout
