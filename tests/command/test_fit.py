#!/usr/bin/python3
"""crmvalue fit: from a model with requests to one of plain numbers.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import json
import os
import random
import re
import shutil
import unittest

import case
from case import PROGRAM, Case

LIBRARY = "libcrmvalue-fit.so.0"
HAS_FIT = os.path.exists(os.path.join(os.path.dirname(PROGRAM), "..", "lib", "fit", LIBRARY))
with_fit = unittest.skipUnless(HAS_FIT, "built without libcrmvalue-fit")
PLAIN = ("line", "bands", "weights", "cuts")


def requesting(**changes):
    """A model with a request of each kind: scales, weights by data, by judgements and by outcome, tiers, classes."""
    made = {
        "crmvalue": 1,
        "name": "requests",
        "outcomes": {"after": {"months": 6}, "metrics": {"next_revenue": {"sum": "revenue"}}},
        "metrics": {
            "revenue": {"sum": "revenue", "scale": {"percentile": {"knots": 16}}},
            "documents": {"count": "documents", "scale": {"quantile_bands": {"classes": 5}}},
            "recency": {"recency": "days", "better": "lower", "scale": {"min_max": {}}},
        },
        "indexes": {
            "spread": {"weights": {"entropy": {"of": ["revenue", "documents"]}}},
            "judged": {"weights": {"ahp": {
                "of": ["documents", "recency"], "judgements": [["documents", "recency", 3]]}}},
            "score": {"weights": {"outcome": {"of": ["spread", "judged"], "explain": "next_revenue"}}},
        },
        "tiers": {"natural_breaks": ["A", "B", "C"]},
        "segments": {"abc": {"by": "revenue", "abc": {"names": [["A", 80], ["B", 95], ["C", None]]}}},
    }
    made.update(changes)
    return {key: value for key, value in made.items() if value is not None}


def calibrating(**changes):
    """The same without what libcrmvalue-fit is needed for."""
    made = requesting(outcomes=None, **changes)
    made["indexes"]["judged"] = {"weights": {"equal": {"of": ["documents", "recency"]}}}
    made["indexes"]["score"] = {"weights": {"critic": {"of": ["spread", "judged"]}}}
    return made


def on_lines(model):
    """The model's cards without a request."""
    scale = {"line": [[0, 0], [9, 100]]}
    return {name: {key: value for key, value in card.items() if key != "better"} | {"scale": scale}
            for name, card in model["metrics"].items()}


def invoices(customers=120, lines=1500):
    """Two years of invoice lines; those who buy much go on to do so."""
    chance = random.Random(7)
    rows = ["customer,date,document,revenue"]
    for number in range(lines):
        who = int(customers * chance.random() ** 2)
        rows.append("K%03d,%d-%02d-%02d,D%d,%d.%02d" % (
            who, chance.choice((2023, 2024)), chance.randrange(1, 13), chance.randrange(1, 29), number,
            chance.randrange(1, 200 + 900 * (customers - who) // customers), chance.randrange(100)))
    return "\n".join(rows) + "\n"


def each_request(model):
    """The objects of a model in which requests stand, with what was found beside them."""
    if isinstance(model, dict):
        if "fitted" in model:
            yield model
        for value in model.values():
            yield from each_request(value)


def plain(fitted):
    """The model with what was found in the place of what was requested, as somebody would write it down by hand."""
    if not isinstance(fitted, dict):
        return fitted
    if "fitted" not in fitted:
        return {key: plain(value) for key, value in fitted.items() if key != "outcomes"}
    found, = (key for key in PLAIN if key in fitted["fitted"])
    kept = {"by": fitted["by"]} if "by" in fitted else {}
    return fitted["fitted"][found] if found == "weights" else {**kept, found: fitted["fitted"][found]}


class FitCase(Case):
    def setUp(self):
        super().setUp()
        self.write("t.csv", invoices())
        self.inputs = ("--transactions", "t.csv")

    def fit(self, model, *arguments, **keywords):
        """What is fitted, as it stands on the standard output."""
        self.write("m.json", model)
        ran = self.expect(0, "fit", "--model", "m.json", *self.inputs, *arguments, **keywords)
        return json.loads(ran.stdout)

    def refused(self, status, parts, *arguments, **keywords):
        """The command fails and leaves no file behind."""
        before = set(os.listdir(self.directory.name))
        message = self.fails(status, parts, "fit", "--model", "m.json", *arguments, **keywords)
        self.assertEqual(set(os.listdir(self.directory.name)), before)
        return message

    def scores(self, model, *arguments):
        self.write("scored.json", model)
        return self.expect(0, "score", "--model", "scored.json", *self.inputs, "--quiet", *arguments).stdout


class Fit(FitCase):
    def test_a_fitted_model_scores_as_its_plain_numbers(self):
        fitted = self.fit(calibrating(), "--quiet")
        self.assertEqual(len(list(each_request(fitted))), 8)
        self.assertEqual(self.scores(fitted), self.scores(plain(fitted)))
        self.assertNotIn("fitted", json.dumps(plain(fitted)))

    def test_pages_and_summaries_of_a_fitted_model_are_those_of_its_plain_numbers(self):
        fitted = self.fit(calibrating(), "--quiet")
        for arguments in (("score", "--out", "s.csv"), ("explain", "--customer", "K001"), ("robustness",)):
            told = []
            for model in (fitted, plain(fitted)):
                self.write("scored.json", model)
                ran = self.expect(0, *arguments, "--model", "scored.json", *self.inputs)
                told.append((ran.stdout + ran.stderr).decode().replace(self.hash("scored.json"), "HASH"))
            self.assertEqual(told[0], told[1])
            if arguments[0] == "score":
                self.assertIn("mean score (0 to 100)", told[0])

    def hash(self, model):
        """The model's hash, as a report names it."""
        self.expect(0, "score", "--model", model, *self.inputs, "--quiet", "--out", "s.csv", "--report", "r.json")
        with open(self.path("r.json"), encoding="utf-8") as file:
            return json.load(file)["model"]["hash"]

    @with_fit
    def test_judgements_and_outcomes_are_answered_too(self):
        fitted = self.fit(requesting(), "--quiet")
        self.assertEqual(len(list(each_request(fitted))), 8)
        self.assertEqual(self.scores(fitted), self.scores(plain(fitted)))
        self.assertEqual(fitted["indexes"]["judged"]["weights"]["fitted"]["weights"], {"documents": 75, "recency": 25})
        weights = fitted["indexes"]["score"]["weights"]["fitted"]["weights"]
        self.assertEqual((set(weights), round(sum(weights.values()), 6)), ({"spread", "judged"}, 100))

    def test_what_was_fitted_before_is_found_anew_and_comes_out_the_same(self):
        once = self.fit(calibrating(), "--quiet", "--as-of", "2024-06-30")
        self.assertEqual(self.fit(once, "--quiet", "--as-of", "2024-06-30"), once)
        later = self.fit(once, "--quiet")
        self.assertEqual({request["fitted"].get("as_of") for request in each_request(later)}, {"2024-12-28", None})

    def test_the_report_is_told_and_written(self):
        ran_to = ("--out", "f.json", "--report", "r.json")
        self.write("m.json", calibrating())
        ran = self.expect(0, "fit", "--model", "m.json", *self.inputs, *ran_to)
        self.assertEqual(ran.stdout, b"")
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)
        with open(self.path("f.json"), encoding="utf-8") as file:
            fitted = json.load(file)
        told = ran.stderr.decode()
        self.assertEqual([one["fitted"] for one in report["requests"] if one["place"] == "tiers"],
                         [fitted["tiers"]["fitted"]])
        self.assertEqual((report["as_of"], report["customers"]["in_frame"]), ("2024-12-28", len(self.keys())))
        self.assertIn("\n\nModel      requests, %s\nAs of      2024-12-28, input " % report["model"]["hash"], told)
        self.assertIn("\n  tiers (natural_breaks, from %d customers): A from " % len(self.keys()), told)
        self.assertIn("transactions: 1,500 rows in, 1,500 used", told)
        self.assertLessEqual(max(map(len, told.splitlines())), 120)

    def keys(self):
        with open(self.path("t.csv"), encoding="utf-8") as file:
            return {line.split(",")[0] for line in file.read().splitlines()[1:]}

    @with_fit
    def test_the_report_begins_with_what_the_score_is_worth(self):
        self.write("m.json", requesting())
        ran = self.expect(0, "fit", "--model", "m.json", *self.inputs, "--out", "f.json", "--report", "r.json")
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)
        begun = report["verdict"].split(":")[0].split("\n")[0]
        self.assertRegex(begun, "^(The score|A baseline) orders next_revenue ")
        told = " ".join(ran.stderr.decode().split())
        self.assertLess(told.index(begun), told.index("Model requests"))
        self.assertEqual([row["is"] for row in report["prediction"][0]["rows"]],
                         ["score", "baseline", "baseline", *["index"] * 2, *["metric"] * 3])

    def test_quiet_tells_nothing_and_writes_the_same(self):
        self.write("m.json", calibrating())
        loud = self.expect(0, "fit", "--model", "m.json", *self.inputs)
        quiet = self.expect(0, "fit", "--model", "m.json", *self.inputs, "--quiet")
        self.assertEqual((quiet.stderr, quiet.stdout), (b"", loud.stdout))
        self.expect(0, "fit", "--model", "m.json", *self.inputs, "--out", "f.json")
        with open(self.path("f.json"), "rb") as file:
            self.assertEqual(file.read(), loud.stdout)

    @with_fit
    def test_the_bytes_are_the_same_at_any_number_of_threads_and_in_any_order_of_rows(self):
        def written(name):
            self.expect(0, "fit", "--model", "m.json", *self.inputs, "--quiet", "--out", "f.json", "--report", "r.json",
                        "--threads", name)
            with open(self.path("f.json"), "rb") as model, open(self.path("r.json"), "rb") as report:
                return model.read(), report.read()
        self.write("m.json", requesting())
        one = written("1")
        self.assertEqual(written("2"), one)
        head, *rows = invoices().splitlines()
        random.Random(1).shuffle(rows)
        self.write("t.csv", "\n".join([head, *rows]) + "\n")
        self.assertEqual(written("3"), one)

    def test_a_table_of_customers_is_a_population_and_so_is_a_ledger(self):
        self.write("c.csv", "customer,size\n" + "".join("C%d,%d\n" % (i, i * i) for i in range(30)))
        self.write("m.json", {
            "crmvalue": 1, "metrics": {"size": {"attribute": "size", "scale": {"percentile": {"knots": 8}}}},
            "indexes": {"score": {"weights": {"size": 1}}}, "tiers": {"shares": [["top", 20], ["rest", None]]}})
        fitted = json.loads(self.expect(0, "fit", "--model", "m.json", "--customers", "c.csv", "--quiet").stdout)
        self.assertEqual(fitted["metrics"]["size"]["scale"]["fitted"]["customers"], 30)
        self.assertEqual(fitted["tiers"]["fitted"]["found"]["customers"], [6, 24])
        self.write("m.json", calibrating())
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", "--model", "m.json", *self.inputs, "--quiet")
        files = self.expect(0, "fit", "--model", "m.json", *self.inputs, "--quiet").stdout
        self.assertEqual(self.expect(0, "fit", "--model", "m.json", "--ledger", "l.crmv", "--quiet").stdout, files)

    def test_where_outcomes_are_looked_at_the_day_leaves_room_for_them(self):
        model = calibrating()
        model["outcomes"] = requesting()["outcomes"]
        model["metrics"]["documents"]["scale"] = {"optimal_bands": {"outcome": "next_revenue", "classes": 3}}
        found = self.fit(model, "--quiet")["metrics"]["documents"]["scale"]["fitted"]
        self.assertEqual(found["as_of"], "2024-06-28")
        self.write("m.json", model)
        ran = self.expect(0, "fit", "--model", "m.json", *self.inputs, "--as-of", "2024-09-30")
        self.assertIn("warning: outcomes are counted up to 2025-03-31, and the transactions end on 2024-12-28\n",
                      ran.stderr.decode())


class Data(FitCase):
    """What came in, beside what was found from it."""

    def setUp(self):
        super().setUp()
        self.model = calibrating()
        self.model["outcomes"] = requesting()["outcomes"]
        self.model["metrics"]["documents"]["scale"] = {"optimal_bands": {"outcome": "next_revenue", "classes": 3}}
        self.write("m.json", self.model)

    def told(self, *arguments):
        """What stands on the standard error, and the report."""
        ran = self.expect(0, "fit", "--model", "m.json", *self.inputs, "--out", "f.json", "--report", "r.json", *arguments)
        with open(self.path("r.json"), encoding="utf-8") as file:
            return ran.stderr.decode(), json.load(file)

    def test_the_report_has_the_rows_and_the_warnings_as_that_of_score_has_the_rows(self):
        self.write("t.csv", invoices() + "K001,2024-13-01,D1,5.00\n" * 300)
        told, report = self.told("--as-of", "2024-09-30")
        warned = ["t.csv: 300 of 1,800 rows could not be used",
                  "outcomes are counted up to 2025-03-31, and the transactions end on 2024-12-28"]
        self.assertEqual(report["data"]["warnings"], warned)
        self.write("scored.json", plain(json.loads(json.dumps(self.fit(self.model, "--quiet", "--as-of", "2024-09-30")))))
        self.expect(0, "score", "--model", "scored.json", *self.inputs, "--out", "s.csv", "--report", "s.json", "--as-of",
                    "2024-09-30")
        with open(self.path("s.json"), encoding="utf-8") as file:
            scored = json.load(file)
        self.assertEqual(set(report["data"]), {"as_of_asked", "ledger", "transactions", "receivables", "events",
                                               "conversions", "customer_table", "warnings"})
        for part in set(report["data"]) - {"warnings"}:
            self.assertEqual(report["data"][part], scored[part], part)
        self.assertEqual(report["data"]["transactions"]["set_aside"][0]["rows"], 300)
        verdict = " ".join(told.split()).index(report["verdict"].split(":")[0])
        for text in warned:
            self.assertLess(" ".join(told.split()).index("warning: " + text), verdict)

    def test_the_library_s_part_of_the_report_keeps_its_bytes(self):
        self.told()
        with open(self.path("r.json"), encoding="utf-8") as file:
            text = file.read()
        begun, data = text.split(',\n  "data": ')
        self.assertRegex(begun, r'\A\{\n  "verdict": "')
        self.assertRegex(data, r'\A\{\n    "as_of_asked": false,\n')
        self.assertTrue(text.endswith("\n  }\n}\n"))
        self.assertEqual(list(json.loads(text))[-1], "data")

    def told_of(self, scale, weights):
        """What is told with --quiet of a score of recency on a line and other weights, and its prediction."""
        self.model["metrics"]["recency"] = {"recency": "days", "scale": {"line": scale}}
        self.model["indexes"] = {"score": {"weights": weights}}
        self.model.pop("segments", None)
        self.write("m.json", self.model)
        told, report = self.told("--quiet")
        return told, report["prediction"][0], report["verdict"]

    def test_that_a_score_orders_the_wrong_way_round_is_told_with_quiet_too(self):
        told, of, verdict = self.told_of([[0, 0], [700, 100]], {"recency": 1})
        self.assertTrue(of["wrong_way_round"] and of["rows"][0]["spearman"] < 0)
        self.assertRegex(verdict, "^The score orders next_revenue the wrong way round: Spearman -")
        self.assertEqual(told, "warning: " + verdict + "\n")
        self.assertEqual(self.told()[0].count("the wrong way round"), 1)

    def test_that_a_baseline_wins_is_told_with_quiet_too(self):
        told, of, verdict = self.told_of([[0, 100], [700, 0]], {"recency": 1})
        self.assertEqual((of["baseline_wins"], of["wrong_way_round"]), (True, False))
        self.assertRegex(verdict, "^A baseline orders next_revenue better than the score: ")
        self.assertEqual(told, "warning: " + verdict + "\n")
        self.assertEqual(self.told()[0].count("A baseline orders next_revenue"), 1)
        told, of, _ = self.told_of([[0, 100], [700, 0]], {"recency": 1, "revenue": 50, "documents": 50})
        self.assertEqual((told, of["baseline_wins"]), ("", False))

    def test_warnings_are_told_where_the_fit_fails_too(self):
        self.write("t.csv", "customer,date,document,revenue\n" + "K1,2024-01-01,D1,5\n" * 3 + "K1,x,D1,5\n" * 2)
        self.write("m.json", calibrating())
        self.refused(1, ["warning: t.csv: 2 of 5 rows could not be used\n", "crmvalue: indexes.spread.weights: "],
                     *self.inputs)


class TableOutcomes(FitCase):
    """What happened afterwards stands in a column of the customer table."""

    def setUp(self):
        super().setUp()
        chance = random.Random(3)
        self.write("c.csv", "customer,size,age,later\n" + "".join(
            "K%03d,%d,%d,%d\n" % (i, i, chance.randrange(50), 10 * i + chance.randrange(100)) for i in range(120)))
        self.model = {
            "crmvalue": 1, "outcomes": {"after": {"months": 6}, "metrics": {"next": {"attribute": "later"}}},
            "metrics": {"size": {"attribute": "size", "scale": {"optimal_bands": {"outcome": "next", "classes": 4}}},
                        "age": {"attribute": "age", "scale": {"percentile": {"knots": 8}}}},
            "indexes": {"score": {"weights": {"size": 60, "age": 40}}}}

    def fitted(self, *arguments):
        self.write("m.json", self.model)
        ran = self.expect(0, "fit", "--model", "m.json", "--customers", "c.csv", "--out", "f.json", "--report", "r.json",
                          *arguments)
        with open(self.path("f.json"), encoding="utf-8") as model, open(self.path("r.json"), encoding="utf-8") as report:
            return json.load(model), json.load(report), ran.stderr.decode()

    def test_a_customer_table_alone_brings_them_though_no_metric_reads_their_column(self):
        fitted, report, _ = self.fitted()
        self.assertEqual(fitted["metrics"]["size"]["scale"]["fitted"]["customers"], 120)
        self.assertEqual((report["as_of"], report["prediction"][0]["until"], report["prediction"][0]["customers"]),
                         (None, None, 120))
        self.assertGreater(report["prediction"][0]["rows"][0]["spearman"], 0.5)
        again, report, _ = self.fitted("--as-of", "2024-06-30")
        self.assertEqual((report["as_of"], report["prediction"][0]["until"]), ("2024-06-30", "2024-12-31"))
        self.assertEqual(again["metrics"]["size"]["scale"]["fitted"]["bands"],
                         fitted["metrics"]["size"]["scale"]["fitted"]["bands"])

    @with_fit
    def test_weights_are_found_by_them(self):
        self.model["indexes"]["score"]["weights"] = {"outcome": {"of": ["size", "age"], "explain": "next"}}
        weights = self.fitted()[0]["indexes"]["score"]["weights"]["fitted"]["weights"]
        self.assertGreater(weights["size"], weights["age"])

    def warned(self, values):
        """The warnings, by their places, where customers have these values of the outcome."""
        chance = random.Random(4)
        self.write("c.csv", "customer,size,age,later\n" + "".join(
            "K%03d,%d,%d,%s\n" % (i, i, chance.randrange(50), later) for i, later in enumerate(values)))
        fitted, report, told = self.fitted()
        warned = {}
        for warning in report["warnings"]:
            warned.setdefault(warning["place"], []).append(warning["message"])
        return warned, report, told

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_a_full_disk_is_told_of_the_report_as_of_the_model(self):
        self.write("m.json", self.model)
        for ends in (("--out", "/dev/full"), ("--out", "f.json", "--report", "/dev/full")):
            self.refused(1, ["/dev/full: cannot be written: No space left"], "--customers", "c.csv", *ends)
        self.assertFalse(os.path.exists(self.path("f.json")))

    def test_outcomes_of_a_few_out_of_many_are_warned_of(self):
        warned, report, told = self.warned([i if i % 8 == 0 else "" for i in range(120)])
        self.assertIn("was found from only 15 customers: too few for it to be firm", warned["metrics.size.scale"])
        self.assertEqual(warned["outcomes.metrics.next"], [
            "105 of 120 customers have no value of it: what rests on it is of the others",
            "its order is measured on only 15 customers: too few to rely on"])
        self.assertIn("How next is ordered, on 15 customers; lift", told)
        warned, report, _ = self.warned([i if i % 2 == 0 else "" for i in range(120)])
        self.assertEqual([message[:27] for message in warned["outcomes.metrics.next"]], ["60 of 120 customers have no"])
        self.assertNotIn("outcomes.metrics.next", self.warned([i if i % 3 else "" for i in range(120)])[0])

    def test_outcomes_that_fall_together_in_their_units_are_warned_of(self):
        told = lambda values: self.warned(values)[0].get("outcomes.metrics.next")
        self.assertEqual(told(["%.8f" % (i * 1e-8) for i in range(120)]), [
            "outcomes are taken in units of 1e-6, in which 120 different values are only 2: in a smaller unit of measure "
            "they would be told apart"])
        self.assertIsNone(told(["%.6f" % (i * 1e-6) for i in range(120)]))
        self.assertIsNone(told(["%.8f" % (i * 1e-5 + 1e-8) for i in range(120)]))

    @with_fit
    def test_a_number_that_is_written_otherwise_makes_nothing_stale(self):
        self.model["indexes"]["score"]["weights"] = {
            "outcome": {"of": ["size", "age"], "explain": "next", "held_out": 30}}
        self.fitted()
        with open(self.path("f.json"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn('"held_out": 30}', text)
        for written in ("30.0", "3e1"):
            self.write("f.json", text.replace('"held_out": 30}', '"held_out": %s}' % written))
            self.assertEqual(len(self.table("--model", "f.json", "--customers", "c.csv", "--quiet")), 120)

    @with_fit
    def test_weights_of_the_half_that_has_all_members_are_warned_of(self):
        self.model["indexes"]["score"]["weights"] = {
            "outcome": {"of": ["size", "age", "mood"], "explain": "next", "held_out": 0}}
        self.model["metrics"]["mood"] = {"attribute": "mood", "scale": {"min_max": {}}}
        for each, expected in ((2, ["60 of 120 customers were left out, 0 without the outcome and 60 without points of "
                                    "all members: these are the weights of the others"]), (1, [])):
            self.write("c.csv", "customer,size,age,mood,later\n" + "".join(
                "K%03d,%d,%d,%s,%d\n" % (i, i, i % 7, i % 5 if i % each == 0 else "", 10 * i) for i in range(120)))
            warnings = self.fitted()[1]["warnings"]
            self.assertEqual([one["message"] for one in warnings if one["place"] == "indexes.score.weights"], expected)

    def test_cuts_that_nobody_reaches_do_not_look_as_if_they_were(self):
        self.write("c.csv", "customer,size\nw1,1000\nw2,10\nw3,10.5\nw4,9\n")
        self.model = {"crmvalue": 1, "indexes": {"score": {"weights": {"size": 1}}},
                      "metrics": {"size": {"attribute": "size", "scale": {"line": [[0, 0], [1000, 1000]]}}},
                      "tiers": {"abc": {"names": [["A", 80], ["B", 95], ["C", None]]}}}
        told = self.fitted()[2]
        self.assertIn("tiers: a class is empty: the value of one customer takes up a whole share\n", told)
        self.assertIn("A from 1000, B from 999.999999 (nobody), C\n", told)
        self.assertIn("  A  1,000.000000          1  25.0     1,000.0\n  B    999.999999          0   0.0 ", told)
        self.model["tiers"]["abc"]["side"] = "including"
        told = self.fitted()[2]
        self.assertIn("tiers: 2 classes are empty: the value of one customer takes up a whole share\n", told)
        self.assertIn("A from 1000.000002 (nobody), B from 1000.000001 (nobody), C\n", told)
        self.assertIn("  A  1,000.000002          0 ", told)

    @with_fit
    def test_it_is_said_that_all_are_too_new_or_that_none_has_an_outcome(self):
        self.model["input"] = {"customers": {"customer": "customer", "since": "since"}}
        self.model["unrated"] = {"tenure_below": {"months": 30}}
        for each in ("size", "age"):
            self.model["metrics"][each]["scale"] = {"line": [[0, 0], [100, 100]]}
        self.model["indexes"]["score"]["weights"] = {"outcome": {"of": ["size", "age"], "explain": "next"}}
        self.write("m.json", self.model)
        inputs = ("--customers", "c.csv", "--as-of", "2024-06-30")
        for since, later, expected in (("2024-01-05", 7, "all 9 customers are too new"),
                                       ("2014-01-05", "", "none of the 9 customers has an outcome"),
                                       ("2014-01-05", 7, "all customers have the same outcome, in units of 1e-6")):
            self.write("c.csv", "customer,size,age,later,since\n" + "".join(
                "K%d,%d,%d,%s,%s\n" % (i, i, i * i, later, since) for i in range(9)))
            self.refused(1, ["indexes.score.weights: " + expected], *inputs)

    def test_customers_whom_a_weight_leaves_without_a_tier_are_counted_in_the_table(self):
        self.write("c.csv", "customer,size,age\n" + "".join(
            "k%d,%s,%d\n" % (i, i if i % 3 else "", i * 37 % 100) for i in range(60)))
        self.model = {"crmvalue": 1, "unrated": {"coverage_below": 50}, "tiers": {"quantiles": ["A", "B"]},
                      "metrics": {"size": {"attribute": "size", "scale": {"percentile": {"knots": 8}}},
                                  "age": {"attribute": "age", "scale": {"line": [[0, 0], [100, 100]]}}},
                      "indexes": {"score": {"weights": {"size": 60, "age": 40}}}}
        _, report, told = self.fitted()
        unrated = {weight["member"]: [weight[change]["unrated"] for change in ("less", "more", "without")]
                   for weight in report["robustness"]["weights"]}
        self.assertEqual(unrated, {"size": [0, 0, 20], "age": [0, 0, 0]})
        self.assertRegex(told, r"(?m)^ +weight +less: up +down +more: up +down +without: up +down +unrated$")
        self.assertRegex(told, r"(?m)^  score: size +60\.00( +\d+){6} +20$")

    def test_the_fitted_model_scores_a_table_without_their_column(self):
        self.fitted()
        self.write("c.csv", "customer,size,age\nK1,5,10\n")
        rows = self.table("--model", "f.json", "--customers", "c.csv", "--quiet")
        self.assertEqual(len(rows), 1)

    def test_a_column_that_is_missing_is_named_with_its_outcome(self):
        self.write("c.csv", "customer,size,age\nK1,5,10\n")
        self.write("m.json", self.model)
        self.refused(1, ['no column "later" in the header; expected by outcomes.metrics.next.attribute'], "--customers",
                     "c.csv")

    def test_transactions_beside_them_need_no_room_behind_the_population(self):
        self.model["metrics"]["revenue"] = {"sum": "revenue", "scale": {"percentile": {"knots": 8}}}
        self.model["indexes"]["score"]["weights"]["revenue"] = 10
        report, told = self.fitted(*self.inputs)[1:]
        self.assertEqual((report["as_of"], report["data"]["warnings"]), ("2024-12-28", []))
        self.assertNotIn("warning: outcomes", told)

    def test_outcomes_of_transactions_are_still_asked_for(self):
        self.model["outcomes"]["metrics"]["bought"] = {"sum": "revenue"}
        self.write("m.json", self.model)
        self.refused(2, ["what happened afterwards", "--transactions FILE or --ledger FILE"], "--customers", "c.csv",
                     "--as-of", "2024-06-30")
        self.model["outcomes"]["metrics"]["bought"] = {"since": "later", "in": "days"}
        del self.model["outcomes"]["metrics"]["next"]
        self.model["metrics"]["size"]["scale"] = {"percentile": {"knots": 4}}
        self.write("m.json", self.model)
        self.refused(2, ["the model's outcomes need a date; expected --as-of"], "--customers", "c.csv")


class Refusals(FitCase):
    def test_a_population_that_is_missing_is_told_with_the_request(self):
        self.write("m.json", calibrating())
        self.refused(2, ['metrics.revenue.scale: "percentile" is found from a population', "expected --transactions"])

    def test_a_model_that_requests_nothing_is_refused(self):
        self.write("m.json", case.model())
        self.refused(1, ["m.json: the model requests nothing; there is nothing to fit"])

    def test_outcomes_need_days_behind_the_population(self):
        self.write("m.json", requesting())
        self.refused(1, ["the transactions end on 2024-12-28", "nothing is known of what happened after 2024-12-28",
                         "expected an earlier --as-of"], *self.inputs, "--as-of", "2024-12-28")
        self.write("c.csv", "customer\nK001\n")
        self.refused(2, ["what happened afterwards", "--transactions FILE or --ledger FILE"], "--customers", "c.csv",
                     "--as-of", "2024-06-30")

    def test_what_the_data_do_not_tell_is_an_error_with_its_place(self):
        self.write("m.json", calibrating())
        self.write("one.csv", "customer,date,document,revenue\nK1,2024-01-01,D1,5\n")
        self.refused(1, ["indexes.spread.weights: "], "--transactions", "one.csv", "--out", "f.json", "--report",
                     "r.json")

    def test_a_report_of_no_population_is_refused(self):
        model = calibrating()
        model["metrics"] = on_lines(model)
        model["indexes"] = {"score": {"weights": {"rank_order_centroid": {"of": ["revenue", "documents"]}}}}
        del model["tiers"], model["segments"]
        self.write("m.json", model)
        self.refused(2, ["--report tells of a population"], "--report", "r.json")
        ran = self.expect(0, "fit", "--model", "m.json")
        self.assertEqual(json.loads(ran.stdout)["indexes"]["score"]["weights"]["fitted"]["weights"],
                         {"revenue": 75, "documents": 25})
        self.assertEqual(ran.stderr, b"warning: metrics.recency.scale: no index uses this scale\n")

    def test_files_that_cannot_be_written_leave_none(self):
        self.write("m.json", calibrating())
        self.refused(1, ["nowhere/r.json"], *self.inputs, "--quiet", "--out", "f.json", "--report", "nowhere/r.json")
        self.refused(2, ["m.json would be written over"], *self.inputs, "--out", "m.json")
        self.refused(2, ["cannot both go to the standard output"], *self.inputs, "--report", "-")

    @with_fit
    def test_judgements_alone_need_no_inputs(self):
        asked = requesting()
        self.write("m.json", {"crmvalue": 1, "metrics": on_lines(asked), "indexes": {
            "score": asked["indexes"]["judged"]}})
        ran = self.expect(0, "fit", "--model", "m.json")
        found = json.loads(ran.stdout)["indexes"]["score"]["weights"]["fitted"]
        self.assertEqual(found["weights"], {"documents": 75, "recency": 25})
        self.assertEqual(("as_of" in found, ran.stderr),
                         (False, b"warning: metrics.revenue.scale: no index uses this scale\n"))
        self.assertEqual(self.expect(0, "fit", "--model", "m.json", "--quiet").stderr, b"")

    @with_fit
    def test_a_model_that_cannot_be_used_is_refused_without_inputs_as_with_them(self):
        asked = requesting()
        bands = {"bands": [{"from": 0, "to": 5, "points": 0}, {"from": 4, "points": 10}]}
        metrics = on_lines(asked)
        metrics["documents"]["scale"] = bands
        self.write("m.json", {"crmvalue": 1, "metrics": metrics, "indexes": {"score": asked["indexes"]["judged"]}})
        for inputs in ((), self.inputs):
            message = self.refused(1, ["m.json: the model cannot be used as it is; \"crmvalue check\" tells more"], *inputs,
                                   "--out", "f.json")
            self.assertRegex(message, r"(?m)^error: metrics\.documents\.scale")

    @with_fit
    def test_judgements_that_contradict_each_other_are_warned_of_with_and_without_a_population(self):
        model = {"crmvalue": 1, "metrics": on_lines(requesting()), "indexes": {"score": {"weights": {"ahp": {
            "of": ["revenue", "documents", "recency"], "judgements": [
                ["revenue", "documents", 5], ["documents", "recency", 5], ["recency", "revenue", 5]]}}}}}
        self.write("m.json", model)
        remark = ("indexes.score.weights: the judgements contradict each other: the consistency ratio is 0.1 or more; "
                  'look first at ["revenue", "documents", 5], where 0.04 would agree with the others\n')
        self.assertEqual(self.expect(0, "fit", "--model", "m.json", "--quiet").stderr.decode(), "warning: " + remark)
        told = self.expect(0, "fit", "--model", "m.json", *self.inputs).stderr.decode()
        self.assertIn(" ".join(remark.split()), " ".join(told.split()))

    def judged(self, *judgements):
        """A model of three members under these judgements, fitted without a population: what was found and told."""
        self.write("m.json", {"crmvalue": 1, "metrics": on_lines(requesting()), "indexes": {"score": {"weights": {
            "ahp": {"of": ["revenue", "documents", "recency"], "judgements": [list(one) for one in judgements]}}}}})
        told = self.expect(0, "fit", "--model", "m.json", "--quiet", "--out", "f.json").stderr.decode()
        with open(self.path("f.json"), encoding="utf-8") as file:
            return json.load(file)["indexes"]["score"]["weights"]["fitted"], told

    @with_fit
    def test_members_that_were_judged_to_nothing_are_warned_of_without_a_population(self):
        fitted, told = self.judged(("revenue", "documents", 1e9), ("documents", "recency", 1e9))
        self.assertEqual(fitted["weights"], {"revenue": 100, "documents": 0, "recency": 0})
        self.assertEqual(told, "".join(
            "warning: indexes.score.weights.members.%s: it weighs less than can be written, and so nothing\n" % member
            for member in ("documents", "recency")))

    @with_fit
    def test_a_judgement_that_would_agree_is_told_however_small_it_is(self):
        for each in (1e5, 3e40, 1e90):
            fitted, told = self.judged(
                ("revenue", "documents", each), ("documents", "recency", each), ("recency", "revenue", each))
            worst = fitted["found"]["worst"]["would_agree"]
            self.assertAlmostEqual(worst * each * each, 1, places=5)  # it closes the circle
            self.assertRegex(told, r"where %.4g would agree with the others\n" % (1 / each / each)
                             if each != 3e40 else "where 1.111e-81 would agree with the others\n")

    @with_fit
    def test_without_the_fit_library_it_is_named_and_the_rest_goes_on(self):
        os.mkdir(self.path("lib"))
        hidden = dict(os.environ, LD_LIBRARY_PATH=self.path("lib"))
        self.write("lib/" + LIBRARY, "")
        self.write("m.json", requesting())
        self.refused(1, ['indexes.judged.weights: "ahp" is answered by libcrmvalue-fit, which is not installed here'],
                     *self.inputs, "--quiet", env=hidden)
        another = os.path.join(os.path.dirname(PROGRAM), "..", "lib", "libcrmvalue.so.0")
        shutil.copy(another, self.path("lib/" + LIBRARY))
        self.refused(1, [LIBRARY + " is not the library that was expected"], *self.inputs, "--quiet", env=hidden)
        self.write("m.json", calibrating())
        self.expect(0, "fit", "--model", "m.json", *self.inputs, "--quiet", env=hidden)

    def test_a_model_that_is_not_fitted_scores_nobody_and_the_hint_is_to_fit_it(self):
        asked = calibrating()
        stale = self.fit(asked, "--quiet")
        stale["metrics"]["revenue"]["window"] = {"months": 3}
        for model, part in ((asked, "is still to be found: fit"), (stale, "is still to be found anew")):
            self.write("m.json", model)
            for command in (("score",), ("explain", "--customer", "K001"), ("robustness",)):
                message = self.fails(1, ["metrics.revenue.scale: `percentile` " + part, '; "crmvalue fit" does that'],
                                     *command, "--model", "m.json", *self.inputs, "--quiet")
                self.assertEqual(message.count("crmvalue fit"), 1)
            told = self.expect(0, "check", "--model", "m.json").stdout.decode()
            self.assertIn("crmvalue fit", told)
        self.assertEqual(self.fit(stale, "--quiet")["metrics"]["revenue"]["window"], {"months": 3})

    def test_every_option_of_the_command_is_in_its_help_and_no_other(self):
        for command in ("fit", "robustness"):
            text = self.expect(0, "help", command).stdout.decode()
            self.assertLessEqual(max(map(len, text.splitlines())), 120)
            named = set(re.findall(r"--[a-z-]+", text))
            for option in named - {"--quiet"}:
                message = self.fails(2, [], command, option)
                self.assertIn("%s needs a value" % option, message)
            for option in ("--values", "--batch", "--replace", *(() if "--change" in named else ("--change",))):
                self.fails(2, ["crmvalue %s takes no %s" % (command, option)], command, option, "x")
            self.assertLessEqual({"--model", "--transactions", "--receivables", "--events", "--rates", "--ledger",
                                  "--customers", "--as-of", "--out", "--threads", "--quiet"}, named)
            self.assertEqual({"--report", "--change", "--customer"} & named,
                             {"--report"} if command == "fit" else {"--change", "--customer"})


if __name__ == "__main__":
    case.main()
