#!/usr/bin/python3
"""crmvalue robustness: who would be in another tier if a weight were a little different.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import collections
import csv
import json
import random

import case
from case import Case

TIERS = ["gold", "silver", "basic", ""]


def weighed(**changes):
    """Two indexes of two metrics each under a score, and three tiers."""
    made = {
        "crmvalue": 1,
        "input": {"customers": {"customer": "customer", "name": "Name"}},
        "metrics": {name: {"attribute": name, "scale": {"line": [[0, 0], [100, 100]]}} for name in "abcd"},
        "indexes": {
            "past": {"weights": {"a": 70, "b": 30}},
            "future": {"weights": {"c": 1, "d": 2}},
            "score": {"weights": {"past": 62.5, "future": 37.5}},
        },
        "tiers": {"cuts": [["gold", 60], ["silver", 40], ["basic", None]]},
    }
    made.update(changes)
    return made


class Robustness(Case):
    def setUp(self):
        super().setUp()
        chance = random.Random(11)
        self.keys = ["K%02d" % i for i in range(60)]
        self.write("c.csv", "customer,Name,a,b,c,d\n" + "".join(
            "%s,Name of %s,%d,%d,%s,%d\n" % (key, key, chance.randrange(101), chance.randrange(101),
                                           chance.choice(["", chance.randrange(101)]), chance.randrange(101))
            for key in self.keys))
        self.write("m.json", weighed())
        self.inputs = ("--model", "m.json", "--customers", "c.csv", "--quiet")

    def told(self, *arguments):
        """The table's rows, each a list of its cells, without its first line and its heads."""
        text = self.expect(0, "robustness", *self.inputs, *arguments).stdout.decode()
        return [line.split() for line in text.splitlines()[2:]]

    def moves(self, *arguments):
        self.expect(0, "robustness", *self.inputs, "--out", "moves.csv", *arguments)
        with open(self.path("moves.csv"), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def tiers(self, index, member, weight):
        """Each customer's tier with another weight, by scoring anew."""
        model = weighed()
        model["indexes"][index]["weights"][member] = weight
        self.write("changed.json", model)
        rows = self.table("--model", "changed.json", "--customers", "c.csv", "--quiet")
        return {row["customer"]: row["tier"] for row in rows}

    def each_weight(self):
        for index, held in weighed()["indexes"].items():
            for member, weight in held["weights"].items():
                yield index, member, weight

    def test_the_table_counts_whom_another_scoring_moves(self):
        rows = {(row[0], row[1]): row for row in self.told("--change", "25")}
        self.assertEqual(set(rows), {(index, member) for index, member, _ in self.each_weight()})
        base = self.tiers("score", "past", 62.5)
        for index, member, weight in self.each_weight():
            counts = []
            for changed in (weight * 0.75, weight * 1.25, 0):
                tiers = self.tiers(index, member, changed)
                moved = [TIERS.index(tiers[key]) - TIERS.index(base[key]) for key in self.keys]
                counts += [str(sum(by < 0 for by in moved)), str(sum(by > 0 for by in moved))]
            self.assertEqual((rows[index, member][2], rows[index, member][3:]), ("%g" % weight, counts))

    def test_ten_percent_is_the_change_where_none_is_asked_for(self):
        text = self.expect(0, "robustness", *self.inputs).stdout.decode()
        self.assertTrue(text.startswith("customers of 60 who would be in another tier, by the weight that changes:\n"))
        self.assertIn("-10 %: up", text.splitlines()[1])
        self.assertEqual(text, self.expect(0, "robustness", *self.inputs, "--change=10").stdout.decode())
        self.assertIn("-2.5 %: up", self.expect(0, "robustness", *self.inputs, "--change", "2.5").stdout.decode())

    def test_the_rows_of_the_file_are_the_counts_of_the_table(self):
        counts = collections.Counter()
        for row in self.moves("--change", "25"):
            self.assertEqual(row["name"], "Name of " + row["customer"])
            better = TIERS.index(row["new_tier"]) < TIERS.index(row["tier"])
            counts[row["index"], row["member"], row["change"], better] += 1
        self.assertEqual({key[2] for key in counts}, {"less", "more", "without"})
        for row in self.told("--change", "25"):
            expected = [str(counts[row[0], row[1], change, better])
                        for change in ("less", "more", "without") for better in (True, False)]
            self.assertEqual(row[3:], expected)

    def test_a_metric_in_several_indexes_is_also_left_out_of_all_of_them(self):
        model, dropped = weighed(), weighed()
        for made, weight in ((model, 30), (dropped, 0)):
            made["indexes"]["future"]["weights"]["b"] = weight / 10
            made["indexes"]["past"]["weights"]["b"] = weight
        self.write("m.json", model)
        self.write("dropped.json", dropped)
        base, anew = ({row["customer"]: row["tier"] for row in
                       self.table("--model", name, "--customers", "c.csv", "--quiet")}
                      for name in ("m.json", "dropped.json"))
        moved = {key: anew[key] for key in self.keys if anew[key] != base[key]}
        rows = [row for row in self.moves() if not row["index"]]
        self.assertEqual({row["customer"]: row["new_tier"] for row in rows}, moved)
        self.assertEqual({(row["member"], row["change"]) for row in rows}, {("b", "without")})
        text = self.expect(0, "robustness", *self.inputs).stdout.decode()
        self.assertIn("\nwithout a metric, in all indexes in which it stands:\n", text)
        up = sum(TIERS.index(anew[key]) < TIERS.index(base[key]) for key in moved)
        self.assertEqual(text.splitlines()[-1].split(), ["b", "2", str(up), str(len(moved) - up)])

    def test_the_file_has_each_customer_with_both_tiers(self):
        base = self.tiers("score", "past", 62.5)
        without = {row["customer"]: row for row in self.moves() if (row["member"], row["change"]) == ("a", "without")}
        anew = self.tiers("past", "a", 0)
        self.assertEqual(set(without), {key for key in self.keys if anew[key] != base[key]})
        for key, row in without.items():
            self.assertEqual((row["index"], row["tier"], row["new_tier"]), ("past", base[key], anew[key]))

    def test_at_a_tipping_point_the_tier_changes_and_just_before_it_does_not(self):
        base = self.tiers("score", "past", 62.5)
        directions = {"better": 0, "worse": 0}
        for key in self.keys[:6]:
            for index, member, weight, better, worse in self.told("--customer", key):
                for name, tipping, sign in (("better", better, -1), ("worse", worse, 1)):
                    if tipping == "never":
                        continue
                    directions[name] += 1
                    at, before = float(tipping), float(tipping) + (1e-6 if float(tipping) < float(weight) else -1e-6)
                    moved = TIERS.index(self.tiers(index, member, at)[key]) - TIERS.index(base[key])
                    self.assertGreater(moved * sign, 0, (key, index, member, tipping))
                    self.assertEqual(self.tiers(index, member, round(before, 6))[key], base[key])
        self.assertGreater(min(directions.values()), 5)

    def test_customers_who_gain_a_tier_by_their_coverage_are_counted_apart(self):
        self.write("m.json", weighed(unrated={"coverage_below": 90}))
        unrated = {row["customer"] for row in self.table(*self.inputs) if row["tier"] == ""}
        self.assertGreater(len(unrated), 5)
        moved = [row for row in self.moves("--change", "50") if (row["member"], row["change"]) == ("c", "less")]
        self.assertEqual({row["customer"] for row in moved if row["tier"] == ""}, unrated)
        row, = (row for row in self.told("--change", "50") if row[1] == "c")
        self.assertEqual(row[5], str(len(unrated)))

    def test_tiers_are_those_before_caps(self):
        expected = self.told()
        self.write("m.json", weighed(rules=[{"name": "cap", "when": {"d": {"at_least": 0}}, "then": {"cap": "basic"}}]))
        self.assertEqual({row["tier"] for row in self.table(*self.inputs)}, {"basic"})
        self.assertEqual(self.told(), expected)

    def test_the_bytes_are_the_same_at_any_number_of_threads(self):
        one = self.expect(0, "robustness", *self.inputs, "--threads", "1").stdout
        self.assertEqual(self.expect(0, "robustness", *self.inputs, "--threads", "2").stdout, one)
        self.assertEqual(self.moves("--threads", "1"), self.moves("--threads", "2"))

    def test_what_is_wrong_is_said(self):
        def refused(status, part, *arguments):
            self.fails(status, [part], "robustness", *arguments)
        refused(1, 'no customer "K99"', *self.inputs, "--customer", "K99")
        refused(2, "--out lists the customers who would move, and --customer shows one", *self.inputs, "--customer",
                "K01", "--out", "x.csv")
        for change in ("0", "100", "-5", "1e1", "ten", "0.0000001", "5."):
            refused(2, '--change is "%s"; expected percent above 0 and below 100' % change, *self.inputs, "--change",
                    change)
        refused(2, "crmvalue robustness needs --transactions FILE", "--model", "m.json")
        refused(1, "nowhere/x.csv", *self.inputs, "--out", "nowhere/x.csv")
        refused(2, "c.csv would be written over", *self.inputs, "--out", "c.csv")
        model = weighed()
        del model["tiers"]
        self.write("m.json", json.dumps(model))
        refused(1, 'm.json: the model has no "tiers", and robustness is who would be in another one', *self.inputs)


if __name__ == "__main__":
    case.main()
