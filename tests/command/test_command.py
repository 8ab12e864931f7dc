#!/usr/bin/python3
"""The crmvalue command from outside: exit statuses, messages, and what it writes.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import csv
import io
import json
import os
import re
import resource

import case
from case import HEADER, MAPPED, ROW, Case, model, revenue_model


class Usage(Case):
    def test_help_and_version_are_written_to_standard_output(self):
        self.assertIn(b"crmvalue score", self.expect(0, "--help").stdout)
        self.assertIn(b"Exit status: 0 done; 1", self.expect(0, "help").stdout)
        self.assertRegex(self.expect(0, "--version").stdout, rb"^crmvalue \d+\.\d+\.\d+\n$")
        for topic in ("check", "score", "explain", "fit", "robustness", "validate", "ledger", "model", "csv", "report"):
            self.assertGreater(len(self.expect(0, "help", topic).stdout), 400)
        for command in ("check", "score", "explain", "fit", "robustness", "validate", "ledger"):
            self.assertEqual(self.expect(0, command, "--help").stdout, self.expect(0, "help", command).stdout)
            self.assertIn(b"Example:", self.expect(0, "help", command).stdout)
            self.assertIn(b"Exit status:", self.expect(0, "help", command).stdout)

    def test_every_key_of_the_report_is_in_its_help(self):
        text = self.expect(0, "help", "report").stdout.decode()
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW)
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leader\n")
        self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv", "--out", "s.csv",
                    "--report", "r.json")
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)

        def keys(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield key
                    yield from keys(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from keys(inner)

        del report["segments"]["class"]
        for key in set(keys(report)):
            self.assertRegex(text, r"\b%s\b" % key)

    def test_help_on_the_model_names_what_its_documentation_does(self):
        text = self.expect(0, "help", "model").stdout.decode()
        with open(os.path.join(os.path.dirname(__file__), "../../docs/model.md"), encoding="utf-8") as file:
            documentation = file.read()
        operators = documentation.split("| operator | value | missing |")[1].split("\n\n")[0]
        words = set(re.findall(r'"(\w+)"', "".join(row.split(" | ")[0] for row in operators.splitlines())))
        self.assertLessEqual({"sum", "mean", "minimum", "maximum", "count", "spread", "share", "attribute"}, words)
        words |= {"bands", "line", "categories", "weights", "add", "cuts", "tenure_below", "coverage_below", "grid",
                  "cases", "cap", "flag", "treatment", "renormalise", "worst", "refuse", "window", "per", "money"}
        for word in words:
            self.assertRegex(documentation, r'[`"]%s[`"]' % word)
            self.assertRegex(text, r"\b%s\b" % word)
        measures = documentation.split("M, measures: ")[1].split("C, counts")[0]
        for word in re.findall(r"`(\w+)`", measures):
            self.assertRegex(text, r"\b%s\b" % word)
        self.assertLess(max(len(line) for line in text.splitlines()), 110)

    def test_the_smallest_model_of_the_help_scores(self):
        text = self.expect(0, "help", "model").stdout.decode()
        self.write("m.json", text[text.index("    {\"crmvalue\""):text.index("How files")])
        self.write("t.csv", "customer,date,revenue\nC1,2024-01-01,500\n")
        self.assertEqual(self.table("--model", "m.json", "--transactions", "t.csv")[0]["score"], "50")

    def test_a_wrong_command_line_leaves_with_2_and_says_what_was_expected(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW)
        inputs = ("--model", "m.json", "--transactions", "t.csv")
        for arguments, part in (
            ((), "no command; expected check, score"),
            (("scroe",), "unknown command \"scroe\"; did you mean score?"),
            (("xyzzyxyzzy",), "expected check, score, explain, fit, robustness, validate, ledger or help"),
            (("help", "repotr"), "did you mean report?"),
            (("help", "score", "check"), "help takes one topic"),
            (("score", *inputs, "--treads", "2"), "unknown option --treads; did you mean --threads?"),
            (("score", *inputs, "--xyzzyxyzzy=1"), "unknown option --xyzzyxyzzy; \"crmvalue help score\" lists"),
            (("score", *inputs, "t2.csv"), "\"t2.csv\" is no option of crmvalue score; files are given behind"),
            (("score", *inputs, "--model", "m.json"), "--model is given twice"),
            (("score", *inputs, "--out"), "--out needs a value: a file to write"),
            (("score", "--model", "--transactions", "t.csv"), "--model needs a value: a model file"),
            (("score", *inputs, "--model="), "--model is given twice"),
            (("score", "--model="), "--model is \"\"; expected a model file"),
            (("score", *inputs, "--as-of", "31.12.2024"), "--as-of is \"31.12.2024\"; expected a date, YYYY-MM-DD"),
            (("score", *inputs, "--as-of", "2023-02-29"), "--as-of is \"2023-02-29\"; expected a date"),
            (("score", *inputs, "--threads", "0"), "--threads is \"0\"; expected a number from 1 to 1024"),
            (("score", *inputs, "--threads", "1025"), "expected a number from 1 to 1024"),
            (("score", *inputs, "--threads", "two"), "expected a number from 1 to 1024"),
            (("score", *inputs, "--quiet=yes"), "--quiet takes no value"),
            (("check", *inputs, "--out", "x"), "crmvalue check takes no --out"),
            (("score", *inputs, "--customer", "x"), "crmvalue score takes no --customer"),
            (("score", "--transactions", "t.csv"), "crmvalue score needs --model FILE"),
            (("score", "--model", "m.json"), "needs --transactions FILE, --customers FILE, or both"),
            (("explain", *inputs), "crmvalue explain needs --customer KEY"),
            (("score", *inputs, "--transactions", "-", "--customers", "-"), "only one input can be \"-\""),
            (("score", *inputs, "--out", "x", "--report", "x"), "--out and --report name the same file, x"),
            (("score", *inputs, "--report", "-"), "cannot both go to the standard output"),
            (("score", *inputs, "--out", "t.csv"), "--out t.csv would be written over, but is an input: --transactions t.csv"),
            (("score", *inputs, "--transactions", "t.csv"),
             "--transactions t.csv is the same file as --transactions t.csv; expected each once"),
            (("check", *inputs, "--values"), "crmvalue check takes no --values"),
        ):
            with self.subTest(arguments=arguments):
                self.assertIn("crmvalue help", self.fails(2, [part], *arguments))

    def test_a_model_that_needs_a_date_and_no_ledger_asks_for_as_of(self):
        self.write("m.json", model(metrics={"tenure": {"since": "First", "in": "years"}}, indexes=None, tiers=None,
                                   segments=None, rules=None))
        self.write("c.csv", "CustNo,Name,First\nC1,One,2020-01-01\n")
        arguments = ("score", "--model", "m.json", "--customers", "c.csv")
        self.fails(2, ["expected --as-of YYYY-MM-DD"], *arguments)
        self.expect(0, *arguments, "--as-of=2024-12-31")
        self.write("m.json", model(metrics={"position": {"attribute": "Position"}}, indexes=None, tiers=None,
                                   segments=None, rules=None))
        self.write("c.csv", "CustNo,Name,Position\nC1,One,1\n")
        self.expect(0, *arguments)

    def test_options_may_be_written_with_equals_signs(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW)
        self.write("c.csv", "CustNo,Name,Position\n--C=1,One,leader\n")
        ran = self.expect(0, "explain", "--model=m.json", "--transactions=t.csv", "--customers=c.csv",
                          "--customer=--C=1", "--quiet")
        self.assertIn(b"--C=1  One", ran.stdout)
        self.assertEqual(ran.stderr, b"")


class Score(Case):
    def setUp(self):
        super().setUp()
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW + "C2,2024-02-01,D2,1,800.00,900.00,x\nC3,2024-03-01,D3,1,0.05,,x\n"
                   "\"C,4\",2024-03-02,D4,2,333.33,1.00,x\n")
        self.write("c.csv", "CustNo,Name,Position\nC1,\"One, the \"\"first\"\"\",leader\nC2,Two,unheard of\nC3,,\n")
        self.inputs = ("--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv")

    def test_columns_stand_in_their_order(self):
        header = self.expect(0, "score", *self.inputs).stdout.decode().split("\n")[0]
        self.assertEqual(header, "customer,name,score,score_low,score_high,coverage,tier,unrated,money,class,flags,"
                         "treatment,reason_1,reason_2,reason_3,points_revenue,points_position")

    def test_rows_are_exact_sorted_and_quoted_where_they_must_be(self):
        ran = self.expect(0, "score", *self.inputs)
        text = ran.stdout.decode()
        self.assertNotIn("\r", text)
        self.assertIn("\nC1,\"One, the \"\"first\"\"\",32.5,32.5,32.5,100,silver,,10,profit,,,", text)
        self.assertIn("\nC2,Two,80,70,85,75,basic,,80,loss,loss maker; big,talk; raise prices,", text)
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual([row["customer"] for row in rows], ["C,4", "C1", "C2", "C3"])
        self.assertEqual((rows[3]["score"], rows[3]["points_position"], rows[3]["name"]), ("0.005", "", ""))
        self.assertEqual(rows[0]["score"], "33.333")
        self.assertIn("80 of 100 points", rows[2]["reason_1"])
        self.assertEqual(rows[0]["reason_3"], "")

    def test_columns_that_the_model_has_nothing_for_are_left_out(self):
        self.write("m.json", model(indexes=None, tiers=None, rules=None,
                                   input={"transactions": MAPPED, "customers": {"customer": "CustNo"}}))
        header = self.expect(0, "score", *self.inputs).stdout.decode().split("\n")[0]
        self.assertEqual(header, "customer,class,treatment,points_revenue,points_position")
        self.write("m.json", model(indexes={"score": {"weights": {"revenue": 1}}}, tiers=None, rules=None, segments=None))
        header = self.expect(0, "score", *self.inputs).stdout.decode().split("\n")[0]
        self.assertEqual(header, "customer,name,score,score_low,score_high,coverage,unrated,reason_1,reason_2,reason_3,"
                         "points_revenue,points_position")

    def test_flags_are_a_column_where_a_rule_flags(self):
        self.write("m.json", model(rules=[{"name": "big", "when": {"revenue": {"at_least": 500}},
                                           "then": {"treatment": "visit"}}]))
        self.assertNotIn("flags", self.table(*self.inputs)[0])
        self.assertIn("treatment", self.table(*self.inputs)[0])

    def test_values_tie_out_with_the_books(self):
        columns = ["revenue", "gross_profit", "value_revenue", "value_position", "value_gross_profit"]
        plain = self.expect(0, "score", *self.inputs).stdout.decode().splitlines()
        made = self.expect(0, "score", *self.inputs, "--values").stdout.decode()
        for without, line in zip(plain, made.splitlines()):
            self.assertTrue(line.startswith(without + ","), line)
        rows = list(csv.DictReader(io.StringIO(made, newline="")))
        self.assertEqual(list(rows[0])[-5:], columns)
        self.assertEqual([[row[column] for column in columns] for row in rows],
                         [["333.33", "332.33", "333.33", "", "332.33"], ["100.00", "40.00", "100", "leader", "40"],
                          ["800.00", "-100.00", "800", "", "-100"], ["0.05", "0.00", "0.05", "", ""]])
        with open(self.path("t.csv"), encoding="utf-8") as file:
            fed = sum(round(float(row["Net"]) * 100) for row in csv.DictReader(file))
        self.assertEqual(sum(round(float(row["revenue"]) * 100) for row in rows), fed)

    def test_values_are_written_shortest_and_read_back_the_same(self):
        self.write("m.json", {"crmvalue": 1, "metrics": {
            "a": {"attribute": "A"}, "b": {"attribute": "B"}, "third": {"ratio": ["a", "b"]},
            "kind": {"attribute": "K", "scale": {"categories": {"x": 1}, "other": 0}}},
            "indexes": {"score": {"weights": {"kind": 1}}}})
        self.write("c.csv", "customer,A,B,K\nC1,1,3,y\nC2,0.1,1000000,x\n")
        rows = self.table("--model", "m.json", "--customers", "c.csv", "--values")
        self.assertNotIn("revenue", rows[0])
        self.assertEqual([[row["value_" + name] for name in ("a", "b", "third", "kind")] for row in rows],
                         [["1", "3", "0.3333333333333333", "other"], ["0.1", "1000000", repr(0.1 / 1000000), "x"]])

    def test_a_column_of_values_that_the_model_has_already_is_told(self):
        self.write("m.json", model(indexes={"revenue": {"weights": {"position": 1}},
                                            "score": {"weights": {"revenue": 1}}}, metrics={
            "sales": {"sum": "revenue"}, "gross_profit": {"sum": "gross_profit"},
            "position": {"attribute": "Position", "scale": {"categories": {"leader": 100}}}}, rules=None))
        self.expect(0, "score", *self.inputs)
        self.fails(1, ["two columns would be called \"revenue\"; expected another name for the model's index"], "score",
                   *self.inputs, "--values")

    def test_a_model_without_tiers_and_segments_has_a_heading_all_the_same(self):
        self.write("m.json", revenue_model({"customer": "CustNo", "date": "Posting", "revenue": "Net"}))
        text = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv").stderr.decode()
        self.assertRegex(text, r"\n  no tiers  customers   revenue +mean score \(-1,000,000 to 1,000,000\)\n  all +4 ")
        self.assertIn("; model (unnamed) ", text)

    def test_revenue_of_unknown_cost_is_a_column_only_where_there_is_some(self):
        self.assertIn("cost unknown", self.expect(0, "score", *self.inputs).stderr.decode())
        self.write("t.csv", HEADER + ROW)
        text = self.expect(0, "score", *self.inputs, "--report", "r.json").stderr.decode()
        self.assertNotIn("cost unknown", text)
        with open(self.path("r.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["all"]["unknown_cost_revenue"], "0.00")

    def test_unrated_customers_are_told_with_their_reasons_behind_the_tiers(self):
        self.write("m.json", model(unrated={"coverage_below": 80}))
        text = self.expect(0, "score", *self.inputs).stderr.decode()
        self.assertRegex(text, r"\n  all +4 [^\n]*\nunrated: 3 too little known\n\n  class ")

    def test_the_range_of_scores_spans_nested_and_additive_indexes(self):
        for indexes, span in (
            ({"score": {"add": ["revenue", "position"]}}, "40 to 200"),
            ({"both": {"add": ["revenue", "position"]}, "score": {"weights": {"both": 1, "revenue": 0}}}, "40 to 200"),
            ({"score": {"weights": {"position": 3}}}, "40 to 100"),
        ):
            self.write("m.json", model(indexes=indexes))
            self.assertIn(f"mean score ({span})  coverage\n", self.expect(0, "score", *self.inputs).stderr.decode())

    def test_the_summary_tells_money_per_tier_and_ties_out(self):
        text = self.expect(0, "score", *self.inputs).stderr.decode()
        self.assertIn("transactions: 4 rows in, 4 used, 0 set aside; revenue used 1,233.38 EUR", text)
        self.assertIn("\nRevenue and gross profit of all history\n", text)
        self.assertRegex(text, r"tier +customers +revenue +gross profit +cost unknown +mean score \(0 to 100\) +coverage\n")
        self.assertRegex(text, r"silver +from 30 +2 +433\.33 +372\.33 +0\.00 +32\.92 +87\.5 %\n")
        self.assertRegex(text, r"basic +2 +800\.05 +-100\.00 +0\.05 +40\.00 +75\.0 %\n")
        self.assertRegex(text, r"all +4 +1,233\.38 +272\.33 +0\.05 +36\.46 +81\.2 %\n")
        self.assertRegex(text, r"class +customers")
        self.assertRegex(text, r"loss maker +1 +undecided for 1, where")
        self.assertIn("as of 2024-03-02, the last day of the transactions; model \"small\" ", text)
        self.assertRegex(text, r"model \"small\" [0-9a-f]{32}; ledger [0-9a-f]{32}; crmvalue \d")

    def test_the_summary_says_of_which_days_its_money_is(self):
        for window, words in (({"months": 12}, "of the last 12 months"), ({"years": 1}, "of the last year"),
                              ({"from": "2024-01-01", "to": "2024-03-01"}, "from 2024-01-01 to 2024-03-01"),
                              ({"fiscal_years": 1}, "of the last fiscal year"),
                              ({"fiscal_quarters": 2, "to_date": True}, "of the last 2 fiscal quarters, to date"),
                              ({"fiscal_periods": 3, "to_date": False}, "of the last 3 fiscal periods"),
                              ("all", "of all history")):
            self.write("w.json", model() | {"window": window, "calendar": {"year_begins": "07-01"}})
            ran = self.expect(0, "score", "--model", "w.json", *self.inputs[2:], "--report", "r.json")
            self.assertIn(f"\nRevenue and gross profit {words}\n", ran.stderr.decode())
            with open(self.path("r.json"), encoding="utf-8") as file:
                self.assertEqual(json.load(file)["window"], {"text": words})

    def test_the_average_coverage_is_a_column_where_something_is_missing(self):
        self.assertIn("coverage\n", self.expect(0, "score", *self.inputs).stderr.decode())
        self.write("c.csv", "CustNo,Name,Position\n" + "".join("C%d,N,leader\n" % i for i in range(1, 5)))
        self.write("t.csv", HEADER + ROW)
        self.assertNotIn("coverage", self.expect(0, "score", *self.inputs).stderr.decode())

    def test_quiet_says_nothing_where_nothing_is_wrong(self):
        self.assertEqual(self.expect(0, "score", *self.inputs, "--quiet").stderr, b"")

    def test_the_report_says_what_the_summary_says(self):
        self.expect(0, "score", *self.inputs, "--report", "r.json", "--as-of", "2024-12-31")
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(list(report), ["crmvalue", "as_of", "as_of_asked", "model", "ledger", "transactions", "receivables",
                                        "events", "conversions", "customer_table", "window", "all", "tiers", "unrated", "segments",
                                        "rules", "metrics", "warnings"])
        self.assertEqual(report["as_of"], "2024-12-31")
        self.assertEqual(report["all"], {"name": None, "customers": 4, "unrated": 0, "revenue": "1233.38",
                                         "gross_profit": "272.33", "contribution": "272.33",
                                         "unknown_cost_revenue": "0.05", "mean_score": "36.4595",
                                         "mean_coverage": "81.25"})
        self.assertEqual([tier["name"] for tier in report["tiers"]], ["gold", "silver", "basic", None])
        self.assertEqual(report["tiers"][2]["revenue"], "800.05")
        self.assertEqual([tier["from"] for tier in report["tiers"]], ["60", "30", None, None])
        self.assertTrue(report["as_of_asked"])
        self.assertEqual(report["transactions"]["totals"]["revenue"], "1233.38")
        self.assertEqual(report["rules"][0], {"name": "loss maker", "holds": 1, "undecided": 1, "flag": True,
                                              "cap": "basic", "treatment": "talk"})
        position = report["metrics"][1]
        self.assertEqual((position["missing"], position["unlisted"]), (3, 1))
        self.assertEqual(position["unlisted_categories"], [{"category": "unheard of", "customers": 1}])

    def test_the_same_bytes_at_any_number_of_threads(self):
        first = self.expect(0, "score", *self.inputs, "--threads", "1").stdout
        for threads in ("2", "3", "8"):
            self.assertEqual(self.expect(0, "score", *self.inputs, "--threads", threads).stdout, first)

    def test_ready_made_metrics_need_no_transactions(self):
        self.write("m.json", model(metrics={"position": {"attribute": "Position", "scale": {"line": [[0, 0], [9, 90]]}}},
                                   indexes={"score": {"weights": {"position": 1}}}, segments=None, rules=None))
        self.write("c.csv", "CustNo,Name,Position\nC1,One,7.5\n")
        rows = self.table("--model", "m.json", "--customers", "c.csv")
        self.assertEqual((rows[0]["score"], rows[0]["tier"]), ("75", "gold"))


class Files(Case):
    def setUp(self):
        super().setUp()
        self.write("m.json", revenue_model())
        self.write("t.csv", "customer,date,revenue\n" + "".join("C%d,2024-01-01,5\n" % i for i in range(5000)))
        self.arguments = ("score", "--model", "m.json", "--transactions", "t.csv")

    def test_out_holds_what_standard_output_would(self):
        written = self.expect(0, *self.arguments).stdout
        self.assertEqual(self.expect(0, *self.arguments, "--out", "s.csv").stdout, b"")
        with open(self.path("s.csv"), "rb") as file:
            self.assertEqual(file.read(), written)
        self.assertEqual(self.expect(0, *self.arguments, "--out", "-").stdout, written)
        self.assertEqual(sorted(os.listdir(self.directory.name)), ["m.json", "s.csv", "t.csv"])

    def test_a_file_that_stood_there_keeps_its_rights_and_is_replaced_whole(self):
        self.write("s.csv", "old")
        os.chmod(self.path("s.csv"), 0o640)
        self.expect(0, *self.arguments, "--out", "s.csv")
        self.assertEqual(os.stat(self.path("s.csv")).st_mode & 0o777, 0o640)
        with open(self.path("s.csv"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 5001)

    def test_a_file_that_cannot_grow_leaves_the_old_one_and_nothing_beside_it(self):
        self.write("s.csv", "old")
        self.write("r.json", "old")

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        self.fails(1, ["s.csv: cannot be written: File too large"], *self.arguments, "--quiet", "--out", "s.csv",
                   "--report", "r.json", preexec_fn=no_room)
        self.assertEqual(sorted(os.listdir(self.directory.name)), ["m.json", "r.json", "s.csv", "t.csv"])
        for name in ("s.csv", "r.json"):
            with open(self.path(name), encoding="utf-8") as file:
                self.assertEqual(file.read(), "old")

    def test_a_report_that_cannot_be_written_leaves_no_scores_either(self):
        self.fails(1, ["none/r.json: cannot be written"], *self.arguments, "--out", "s.csv", "--report", "none/r.json")
        self.assertEqual(sorted(os.listdir(self.directory.name)), ["m.json", "t.csv"])

    def test_a_full_disk_and_a_reader_that_has_gone_are_told(self):
        with open("/dev/full", "wb") as full:
            self.fails(1, ["standard output: cannot be written: No space left"], *self.arguments, stdout=full)
            self.fails(1, ["standard output: cannot be written: No space left"], "help", stdout=full)
        self.fails(1, ["/dev/full: cannot be written: No space left"], *self.arguments, "--out", "/dev/full")
        read, write = os.pipe()
        os.close(read)
        try:
            self.fails(1, ["standard output: cannot be written: Broken pipe"], *self.arguments, stdout=write)
        finally:
            os.close(write)

    def test_what_is_no_regular_file_is_written_directly(self):
        self.expect(0, *self.arguments, "--out", "/dev/null")
        self.assertTrue(os.path.exists("/dev/null"))


class Check(Case):
    def test_findings_go_to_standard_output_with_a_verdict(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW)
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leeder\nC2,Two,leader\n")
        ran = self.expect(0, "check", "--model", "m.json")
        self.assertRegex(ran.stdout.decode(), r"(?m)^the model can be used: 0 errors, \d+ warnings?, \d+ notes?$")
        ran = self.expect(0, "check", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv")
        self.assertRegex(ran.stdout.decode(), r"(?m)^warning: metrics\.position\.scale.*leeder")

    def test_an_error_leaves_with_1(self):
        self.write("m.json", model())
        self.write("t.csv", "CustNo,Posting,DocNo,Qty,Net,Cost\nC1,2024-01-01,D,1,5,\n")
        ran = self.expect(1, "check", "--model", "m.json", "--transactions", "t.csv", "--as-of", "2024-12-31")
        self.assertRegex(ran.stdout.decode(), r"(?m)^error: metrics\.gross_profit")
        self.assertRegex(ran.stdout.decode(), r"(?m)^the model cannot be used as it is: 1 error, ")

    def test_a_model_that_cannot_be_read_leaves_with_1(self):
        self.write("m.json", "{")
        self.fails(1, ["m.json: line "], "check", "--model", "m.json")


class Explain(Case):
    def setUp(self):
        super().setUp()
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW + "C2,2024-02-01,D2,1,800.00,900.00,x\n")
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leader\nC2,Two \u4e2d\x07,\n")
        self.inputs = ("explain", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv", "--quiet",
                       "--customer")

    def test_the_page_tells_score_tier_metrics_segments_and_rules(self):
        text = self.expect(0, *self.inputs, "C1").stdout.decode()
        self.assertIn("customer    C1  One\n", text)
        self.assertIn("score       32.5 (0 to 100); coverage 100 %\n", text)
        self.assertIn("tier        silver; 27.5 points to gold\n", text)
        self.assertIn("indexes     money 10\n", text)
        self.assertRegex(text, r"revenue +100\.00 +10 of 100 +75 +7\.5 +67\.5\n")
        self.assertRegex(text, r"position +leader +100 of 100 +25 +25 +0\n")
        self.assertRegex(text, r"score +100 +32\.5 +67\.5\n")
        self.assertRegex(text, r"gross profit +40\.00\n")
        self.assertRegex(text, r"class +profit\n")

    def test_missing_values_caps_and_treatments_are_told(self):
        text = self.expect(0, *self.inputs, "C2").stdout.decode()
        self.assertIn("customer    C2  Two \u4e2d?\n", text)
        self.assertIn("score       80 (0 to 100), between 70 and 85 if nothing were missing; coverage 75 %\n", text)
        self.assertIn("tier        basic, held down from gold by \"loss maker\"; points alone do not lift it\n", text)
        self.assertRegex(text, r"position +missing +- +0 +0 +0\n")
        self.assertRegex(text, r"class +loss +raise prices\n")
        self.assertRegex(text, r"loss maker +at best basic +talk\n")
        self.assertRegex(text, r"big\n")

    def test_what_is_scaled_to_a_year_says_so(self):
        made = model()
        made["metrics"]["revenue"]["per"] = "year"
        self.write("m.json", made)
        text = self.expect(0, *self.inputs, "C1").stdout.decode()
        self.assertRegex(text, r"\nrevenue +[0-9,.]+ a year ")
        self.assertRegex(text, r"gross profit +40\.00\n")

    def test_an_unknown_customer_is_told_with_the_nearest(self):
        self.fails(1, ["no customer \"C11\" among 2; the nearest is \"C1\""], *self.inputs, "C11")
        self.fails(1, ["no customer \"Zachariah\" among 2"], *self.inputs, "Zachariah")

    def test_an_unrated_customer_is_told_why(self):
        self.write("m.json", model(unrated={"coverage_below": 80}))
        text = self.expect(0, *self.inputs, "C2").stdout.decode()
        self.assertIn("tier        none: too little known\n", text)

    def test_whole_number_keys_are_found_by_their_digits(self):
        made = revenue_model(keys="integer")
        self.write("m.json", made)
        self.write("t.csv", "customer,date,revenue\n0017,2024-01-01,5\n")
        ran = self.expect(0, "explain", "--model", "m.json", "--transactions", "t.csv", "--customer", "17")
        self.assertIn(b"customer    17\n", ran.stdout)


if __name__ == "__main__":
    case.main()
