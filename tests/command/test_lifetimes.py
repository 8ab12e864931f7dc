#!/usr/bin/python3
"""Models with lifetimes from the command line: fitted, checked, scored and explained, from files and from a ledger.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import csv
import json
import math
import os
import random
import unittest

import case
from case import PROGRAM, Case

HAS_FIT = os.path.exists(os.path.join(os.path.dirname(PROGRAM), "..", "lib", "fit", "libcrmvalue-fit.so.0"))
CUSTOMERS = 300

MODEL = {
    "crmvalue": 1,
    "name": "lifetimes",
    "lifetimes": {"orders": {"model": ["bg_nbd", "nbd"], "spend": {"model": "normal_normal", "of": "revenue"}}},
    "metrics": {
        "alive": {"lifetime": ["orders", "p_alive"], "scale": {"line": [[0, 0], [1, 100]]}},
        "bought": {"lifetime": ["orders", "purchases"], "horizon": {"months": 6}, "scale": {"percentile": {"knots": 9}}},
        "value": {"lifetime": ["orders", "value"], "discount": 0.1, "scale": {"quantile_bands": {"classes": 4}}},
        "error": {"lifetime": ["orders", "value"], "discount": 0.1, "standard_error": True},
    },
    "indexes": {"score": {"weights": {"entropy": {"of": ["alive", "bought", "value"]}}}},
    "tiers": {"shares": [["A", 30], ["B", None]]},
}


def invoices():
    """Customers with rates of their own, who drop out after some purchase."""
    chance = random.Random(3)
    rows = ["customer,date,revenue"]
    for customer in range(CUSTOMERS):
        rate, leaves = chance.gammavariate(0.9, 1 / 25), chance.betavariate(1, 4)
        day, mean = chance.randrange(1, 300), chance.gauss(100, 30)
        while day < 720:
            date = "%d-%02d-%02d" % (2023 + day // 360, day % 360 // 30 + 1, day % 30 % 28 + 1)
            rows.append("K%03d,%s,%.2f" % (customer, date, mean + chance.gauss(0, 20)))
            day += 1 + int(chance.expovariate(rate))
            if chance.random() < leaves:
                break
    return "\n".join(rows) + "\n"


@unittest.skipUnless(HAS_FIT, "built without libcrmvalue-fit")
class Lifetimes(Case):
    def setUp(self):
        super().setUp()
        self.write("t.csv", invoices())
        self.write("m.json", MODEL)
        self.files = ("--transactions", "t.csv", "--as-of", "2024-12-31")

    def fit(self, *inputs):
        ran = self.expect(0, "fit", "--model", "m.json", *inputs, "--out", "f.json", "--report", "r.json")
        with open(self.path("f.json"), encoding="utf-8") as file:
            return json.load(file), ran.stderr.decode()

    def test_from_invoices_to_scores_and_pages(self):
        fitted, told = self.fit(*self.files)
        orders = fitted["lifetimes"]["orders"]["fitted"]
        self.assertEqual(orders["customers"], CUSTOMERS)
        self.assertEqual(orders["found"]["ending"], "converged")
        self.assertEqual(set(orders["found"]["candidates"]), {"bg_nbd", "nbd"})
        self.assertIn("lifetimes.orders (lifetime, from 300 customers): %s: r " % orders["model"],
                      " ".join(told.split()))
        self.expect(0, "score", "--model", "f.json", *self.files, "--quiet", "--out", "s.csv")
        with open(self.path("s.csv"), encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), CUSTOMERS)
        self.assertTrue(all(0 <= float(row["points_alive"]) <= 100 for row in rows))
        self.assertGreater(len({row["points_value"] for row in rows}), 3)

    def test_a_ledger_gives_the_same_model_and_one_customer_s_page_is_that_of_the_whole_book(self):
        fitted, _ = self.fit(*self.files)
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", "--model", "m.json", "--transactions", "t.csv")
        again, _ = self.fit("--ledger", "l.crmv", "--as-of", "2024-12-31")
        self.assertEqual(again, fitted)
        for customer in ("K000", "K017", "K123", "K299"):
            asked = ("explain", "--model", "f.json", "--customer", customer, "--as-of", "2024-12-31", "--quiet")
            from_file = self.expect(0, *asked, "--transactions", "t.csv").stdout.decode()
            self.assertEqual(from_file, self.expect(0, *asked, "--ledger", "l.crmv").stdout.decode())
            self.assertIn("error ", from_file)

    def test_check_tells_what_is_open_and_finds_nothing_missing_once_it_is_fitted(self):
        told = self.expect(0, "check", "--model", "m.json", *self.files).stdout.decode()
        self.assertIn("lifetimes.orders: `lifetime` is still to be found", told)
        self.assertNotIn("missing for", told)
        self.fit(*self.files)
        told = self.expect(0, "check", "--model", "f.json", *self.files).stdout.decode()
        self.assertNotIn("still to be found", told)
        self.assertNotIn("missing for", told)

    def test_who_buys_once_tells_nothing_and_no_file_is_left(self):
        self.write("t.csv", "customer,date,revenue\nK1,2024-01-01,5\nK2,2024-02-01,6\nK3,2024-03-05,7\n")
        before = set(os.listdir(self.directory.name))
        self.fails(1, ["lifetimes.orders: ", "not identified"], "fit", "--model", "m.json", *self.files, "--out",
                   "f.json")
        self.assertEqual(set(os.listdir(self.directory.name)), before)

    def test_a_single_customer_is_one_customer(self):
        self.write("t.csv", "customer,date,revenue\nK1,2024-01-01,5\nK1,2024-02-01,6\nK1,2024-03-05,7\n")
        self.fails(1, ["lifetimes.orders: ", "fitted to 1 customer, is not identified"], "fit", "--model", "m.json",
                   *self.files, "--out", "f.json")

    def test_validating_needs_customers_who_had_bought_by_the_split_and_says_so(self):
        self.fails(1, ["nobody had bought by 2020-01-01, the split: the first transaction is of 2023-01-"], "validate",
                   "--model", "m.json", *self.files, "--split", "2020-01-01")
        self.write("none.csv", "customer,date,revenue\n")
        for as_of in ((), ("--as-of", "2024-12-31")):
            self.fails(1, ["none.csv: there are no transactions"], "validate", "--model", "m.json", "--transactions",
                       "none.csv", *as_of, "--split", "2020-01-01")

    def test_without_customers_there_is_nothing_to_fit_and_the_days_are_named(self):
        self.write("none.csv", "customer,date,revenue\n")
        self.fails(1, ["none.csv: there are no customers to find anything from"], "fit", "--model", "m.json",
                   "--transactions", "none.csv", "--as-of", "2024-12-31", "--out", "f.json")
        self.fails(1, ["nobody has bought yet", "t.csv: there are no customers to find anything from"], "fit",
                   "--model", "m.json", "--transactions", "t.csv", "--as-of", "2020-01-01", "--out", "f.json")
        self.write("m.json", {"crmvalue": 1, "metrics": {
            "revenue": {"sum": "revenue", "scale": {"percentile": {}}}, "days": {"count": "purchase_days", "scale": {
                "percentile": {}}}}, "indexes": {"score": {"weights": {"outcome": {"of": ["revenue", "days"],
                                                                                  "explain": "later"}}}},
            "outcomes": {"after": {"years": 3}, "metrics": {"later": {"sum": "revenue"}}}})
        self.fails(1, ["outcomes are counted from 2021-", "nobody had bought by then", "a longer history"], "fit",
                   "--model", "m.json", "--transactions", "t.csv", "--out", "f.json")

    def test_how_a_fit_ended_is_warned_of_once(self):
        """Regular customers who never leave: the drop-out goes to the end of its range."""
        chance = random.Random(1)
        rows = ["customer,date,revenue"]
        for customer in range(80):
            rate, day = chance.gammavariate(3, 1 / 60), chance.randrange(100)
            while day < 720:
                rows.append("W%d,%d-%02d-%02d,9" % (customer, 2023 + day // 360, day % 360 // 30 + 1, day % 30 % 28 + 1))
                day += 1 + int(chance.expovariate(rate))
        self.write("t.csv", "\n".join(rows) + "\n")
        self.write("m.json", {**MODEL, "lifetimes": {"orders": {"model": "bg_nbd", "spend": {
            "model": "normal_normal", "of": "revenue", "penalty": 0.01}}}})
        _, told = self.fit(*self.files)
        self.assertEqual(" ".join(told.split()).count("nobody drops out"), 1, told)
        page = self.expect(0, "validate", "--model", "m.json", *self.files, "--split", "2024-06-30").stdout.decode()
        self.assertIn("the fit ended on the boundary", page)

    def test_a_model_that_is_not_fitted_scores_nobody(self):
        self.fails(1, ["lifetimes.orders: ", "crmvalue fit"], "score", "--model", "m.json", *self.files)

    def test_parameters_read_back_as_they_were_written(self):
        fitted, _ = self.fit(*self.files)
        parameters = fitted["lifetimes"]["orders"]["fitted"]["parameters"]
        covariance = fitted["lifetimes"]["orders"]["fitted"]["covariance"]
        errors = fitted["lifetimes"]["orders"]["fitted"]["found"]["standard_errors"]
        for position, name in enumerate(parameters):
            self.assertEqual(errors[name], parameters[name] * math.sqrt(covariance[position][position]))


if __name__ == "__main__":
    case.main()
