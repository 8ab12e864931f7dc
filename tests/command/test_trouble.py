#!/usr/bin/python3
"""The crmvalue command where something is wrong that could pass for right: files named twice, data that cannot be used,
days that are not looked at, a model that does not fit the data.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import json
import os
import signal
import subprocess
import time

import case
from case import HEADER, PROGRAM, ROW, Case, model, revenue_model

LINES = "customer,date,revenue\n"


class Overwriting(Case):
    """What is written must be no input, and not the other file that is written."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("in"))
        self.write("m.json", model())
        self.write("in/t.csv", HEADER + ROW)
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leader\n")
        self.inputs = ("score", "--model", "m.json", "--transactions", "in/t.csv", "--customers", "c.csv")
        os.symlink("in/t.csv", self.path("link.csv"))
        os.symlink("in", self.path("directory"))
        os.link(self.path("c.csv"), self.path("hard.csv"))

    def everything(self):
        held = {}
        for directory, _, names in os.walk(self.directory.name):
            for name in names:
                with open(os.path.join(directory, name), "rb") as file:
                    held[os.path.join(directory, name)] = file.read()
        return held

    def test_an_input_is_never_written_over_whatever_its_path_is(self):
        before = self.everything()
        for path, named in (
            ("./in/t.csv", "--transactions in/t.csv"), ("in/../in/t.csv", "--transactions in/t.csv"),
            (self.path("in/t.csv"), "--transactions in/t.csv"), ("link.csv", "--transactions in/t.csv"),
            ("directory/t.csv", "--transactions in/t.csv"), ("./m.json", "--model m.json"),
            ("./c.csv", "--customers c.csv"), ("hard.csv", "--customers c.csv"),
        ):
            for option in ("--out", "--report"):
                with self.subTest(option=option, path=path):
                    self.fails(2, [f"{option} ", "would be written over, but is an input", named], *self.inputs, option,
                               path)
                    self.assertEqual(self.everything(), before)

    def test_standard_input_and_output_are_files_like_others(self):
        inputs = ("score", "--model", "m.json", "--transactions", "-")
        with open(self.path("in/t.csv"), "rb") as file:
            self.fails(2, ["--out in/t.csv would be written over", "--transactions -"], *inputs, "--out", "in/t.csv",
                       stdin=file)
        with open(self.path("s.csv"), "wb") as file:
            self.fails(2, ["--out and --report name the same file, - and s.csv"], *self.inputs, "--report", "s.csv",
                       stdout=file)

    def test_scores_and_report_are_two_files_also_before_they_are_there(self):
        before = self.everything()
        os.symlink("in/new.csv", self.path("to-be.csv"))
        for out, report in (("x", "./x"), ("in/x", "directory/x"), ("in/new.csv", "to-be.csv"),
                            ("to-be.csv", "directory/new.csv")):
            with self.subTest(out=out, report=report):
                self.fails(2, [f"--out and --report name the same file, {out} and {report}"], *self.inputs, "--out", out,
                           "--report", report)
        os.unlink(self.path("to-be.csv"))
        self.assertEqual(self.everything(), before)
        self.expect(0, *self.inputs, "--out", "x", "--report", "in/x")
        self.expect(0, *self.inputs, "--out", "/dev/null", "--report", "x")

    def test_a_link_stays_and_what_it_leads_to_is_written(self):
        self.write("in/old.csv", "old")
        for name, target in (("old.csv", "in/old.csv"), ("new.csv", "directory/new.csv")):
            os.symlink(target, self.path(name))
            self.expect(0, *self.inputs, "--out", name)
            self.assertEqual(os.readlink(self.path(name)), target)
            with open(self.path(target), encoding="utf-8") as file:
                self.assertEqual(len(file.readlines()), 2)
        self.assertEqual(sorted(os.listdir(self.path("in"))), ["new.csv", "old.csv", "t.csv"])

    def test_links_in_a_circle_are_told(self):
        os.symlink("b", self.path("a"))
        os.symlink("a", self.path("b"))
        self.fails(1, ["a: cannot be written: Too many levels of symbolic links"], *self.inputs, "--out", "a")


class Unusable(Case):
    """Rows that cannot be used."""

    def setUp(self):
        super().setUp()
        self.write("m.json", revenue_model())
        self.arguments = ("--model", "m.json", "--transactions", "t.csv")

    def test_where_no_row_can_be_used_nothing_is_written(self):
        self.write("t.csv", LINES + "A,x,1\n" * 30)
        self.write("s.csv", "old")
        for command in (("score", "--out", "s.csv"), ("score", "--out", "s.csv", "--quiet"), ("check",),
                        ("explain", "--customer", "A")):
            self.fails(1, ["bad date  30  rows  revenue 30.00  date \"x\"  t.csv lines 2, 3,",
                           "t.csv: none of 30 rows could be used"], command[0], *self.arguments, *command[1:])
        with open(self.path("s.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "old")
        self.write("u.csv", LINES + "A,y,1\n" * 3)
        self.fails(1, ["u.csv lines 2, 3, 4\n", "crmvalue: the transactions: none of 33 rows could be used"], "score",
                   *self.arguments, "--transactions", "u.csv")

    def test_a_customer_table_of_no_usable_row_is_an_error(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW)
        self.write("c.csv", "CustNo,Name,Position\n,One,leader\n")
        self.fails(1, ["customer missing", "c.csv line 2", "c.csv: none of 1 row could be used"], "score", *self.arguments,
                   "--customers", "c.csv")

    def test_more_than_a_tenth_of_a_file_is_warned_of_also_with_quiet(self):
        self.write("t.csv", LINES + "A,2024-01-01,1\n" * 9 + "A,x,1\n")
        self.assertEqual(self.expect(0, "score", *self.arguments, "--quiet").stderr, b"")
        self.write("t.csv", LINES + "A,2024-01-01,1\n" * 8 + "A,x,1\n")
        self.write("u.csv", LINES + "A,2024-01-01,1\n" * 1000)
        for command in ("score", "check"):
            ran = self.expect(0, command, *self.arguments, "--transactions", "u.csv", "--quiet")
            self.assertEqual(ran.stderr, b"warning: t.csv: 1 of 9 rows could not be used\n")

    def test_each_reason_shows_what_stood_there_and_each_file_its_lines(self):
        self.write("m.json", model(input={"transactions": {
            "customer": "CustNo", "date": "Posting", "kind": "DocType", "kinds": {"INV": "sale"}, "revenue": "NetAmount",
            "cost": "Cost"}, "customers": {"customer": "CustNo", "name": "Name"}}))
        header = "CustNo,Posting,DocType,NetAmount,Cost\n"
        good = "C1,2024-01-01,INV,5,1\n" * 40
        self.write("t.csv", header + good + "C1,2024-01-01,RE,5,1\nC1,2024-01-01,RX,5,1\n" + "C1,2024-01-01,INV,12O.50,1\n")
        self.write("u.csv", header + good + "C1,2024-01-01,RY,5,1\n")
        ran = self.expect(0, "score", *self.arguments, "--transactions", "u.csv", "--out", "s.csv", "--report", "r.json")
        text = ran.stderr.decode()
        self.assertRegex(text, r"unknown kind +2 +rows +revenue 10\.00 EUR +DocType \"RE\" +t\.csv lines 42, 43\n")
        self.assertRegex(text, r"unknown kind +1 +row +revenue 5\.00 EUR +DocType \"RY\" +u\.csv line 42\n")
        self.assertRegex(text, r"bad amount +1 +row +NetAmount \"12O\.50\" +t\.csv line 44\n")
        with open(self.path("r.json"), encoding="utf-8") as file:
            asides = json.load(file)["transactions"]["set_aside"]
        self.assertEqual({(one["column"], one["text"], one["file"]) for one in asides},
                         {("DocType", "RE", "t.csv"), ("DocType", "RY", "u.csv"), ("NetAmount", "12O.50", "t.csv")})


class Days(Case):
    """The day to look back from."""

    def setUp(self):
        super().setUp()
        self.write("m.json", revenue_model() | {"window": {"months": 12}, "money": {"currency": "EUR"}})
        self.arguments = ("score", "--model", "m.json", "--transactions", "t.csv", "--out", "s.csv")

    def test_what_stands_after_the_day_is_told_with_its_money(self):
        self.write("t.csv", LINES + "A,2020-01-31,1\nA,2020-02-01,2\nB,2020-05-31,1232.00\n")
        ran = self.expect(0, *self.arguments, "--as-of", "2020-01-31", "--report", "r.json")
        self.assertIn("\n  after 2020-01-31, not looked at: 2 sale lines, revenue 1,234.00 EUR\n", ran.stderr.decode())
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(report["transactions"]["after_as_of"], {"sale_lines": 2, "revenue": "1234.00"})
        self.assertTrue(report["as_of_asked"])

    def test_a_day_that_nobody_asked_for_is_said_to_be_the_last(self):
        self.write("t.csv", LINES + "A,2020-01-31,1\nB,2020-05-31,1\n")
        ran = self.expect(0, *self.arguments, "--report", "r.json")
        self.assertIn("\nas of 2020-05-31, the last day of the transactions; model (unnamed) ", ran.stderr.decode())
        self.assertNotIn("not looked at", ran.stderr.decode())
        ran = self.expect(0, "check", *self.arguments[1:5])
        self.assertIn("\nas of 2020-05-31, the last day of the transactions\n", ran.stderr.decode())
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual((report["as_of_asked"], report["transactions"]["after_as_of"]), (False, None))

    def test_one_mistyped_year_is_warned_of(self):
        for lines, warned in ((200, True), (100, True), (99, False)):
            self.write("t.csv", LINES + "A,2020-01-31,1\n" * lines + "B,2202-01-31,1\n")
            text = self.expect(0, *self.arguments, "--quiet").stderr.decode()
            self.assertEqual("warning: the year up to 2202-01-31, the last day of the transactions, holds 1 of %d sale lines"
                             % (lines + 1) in text, warned, text)
        self.write("t.csv", LINES + "A,2020-01-31,1\n" * 200 + "B,2202-01-31,1\n")
        self.assertEqual(self.expect(0, *self.arguments, "--quiet", "--as-of", "2020-12-31").stderr, b"")

    def test_a_day_far_off_the_transactions_is_warned_of_with_both_days_by_every_command(self):
        self.write("m.json", revenue_model() | {"tiers": {"cuts": [["A", 1], ["B", None]]}, "window": {"months": 12}})
        self.write("f.json", revenue_model() | {"tiers": {"shares": [["A", 20], ["B", None]]}})
        self.write("t.csv", LINES + "A,2020-01-15,1\nB,2020-04-29,1\n")
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", "--model", "m.json", "--transactions", "t.csv")
        after = ("warning: --as-of %s is %s days after 2020-04-29, the last day of the transactions, so everybody seems to "
                 "have bought nothing since\n")
        before = "warning: --as-of %s is before 2020-01-15, the first day of the transactions, so nobody has bought yet\n"
        for command, day, told in (
            (("score",), "2020-05-31", after % ("2020-05-31", "32")), (("score",), "2020-05-30", ""),
            (("score",), "2020-04-29", ""), (("score",), "2020-04-30", ""), (("score",), "2020-01-15", ""),
            (("score",), "2030-04-29", after % ("2030-04-29", "3,652")), (("score",), "2020-01-14", before % "2020-01-14"),
            (("check",), "2020-06-30", after % ("2020-06-30", "62")), (("robustness",), "2021-01-01",
                                                                      after % ("2021-01-01", "247")),
            (("explain", "--customer", "A"), "2020-06-30", after % ("2020-06-30", "62")),
            (("fit",), "2020-06-30", after % ("2020-06-30", "62")),
        ):
            for data in (("--transactions", "t.csv"), ("--ledger", "l.crmv")):
                with self.subTest(command=command, day=day, data=data):
                    quiet = () if command[0] == "explain" else ("--quiet",)
                    model = "f.json" if command[0] == "fit" else "m.json"
                    text = self.expect(0, *command, "--model", model, *data, "--as-of", day, *quiet).stderr.decode()
                    self.assertEqual(text.replace("ledger:", "") if quiet else text[text.find("warning"):], told)
        self.expect(0, *self.arguments, "--as-of", "2020-06-30", "--report", "r.json", "--quiet")
        with open(self.path("r.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["warnings"], [(after % ("2020-06-30", "62"))[len("warning: "):-1]])

    def test_amounts_that_were_rounded_are_counted(self):
        self.write("t.csv", LINES + "A,2020-01-31,1.005\nA,2020-01-31,1.10\nB,2020-01-31,2.125\n")
        ran = self.expect(0, *self.arguments, "--report", "r.json")
        self.assertIn("\n  2 amounts have more decimals than the model's money or quantity and were rounded\n",
                      ran.stderr.decode())
        with open(self.path("r.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["transactions"]["rounded"], 2)
        self.write("t.csv", LINES + "A,2020-01-31,1.10\n")
        self.assertNotIn("rounded", self.expect(0, *self.arguments).stderr.decode())


class Interrupts(Case):
    """A command that is stopped while it writes."""

    def setUp(self):
        super().setUp()
        self.write("m.json", revenue_model())
        self.write("t.csv", LINES + "".join("K%06d,2024-01-01,%d\n" % (i, i) for i in range(60000)))
        self.write("s.csv", "old")
        os.mkfifo(self.path("waits"))
        self.before = set(os.listdir(self.directory.name))

    def stopped(self, number, *arguments, **keywords):
        """Runs score until there is a file that does not bear its name yet, and sends a signal; what ended it. Who runs
        the tests may ignore it (nohup does)."""
        with subprocess.Popen([PROGRAM, "score", "--model", "m.json", "--transactions", "t.csv", "--quiet", *arguments],
                              cwd=self.directory.name, stderr=subprocess.PIPE,
                              preexec_fn=lambda: signal.signal(number, signal.SIG_DFL), **keywords) as running:
            until = time.monotonic() + 30
            while not set(os.listdir(self.directory.name)) - self.before and time.monotonic() < until:
                self.assertIsNone(running.poll())
            self.assertEqual(len(set(os.listdir(self.directory.name)) - self.before), 1)
            running.send_signal(number)
            return running.wait(timeout=30)

    def stopped_within(self, number):
        """The same while it writes: where it was done before the signal came, once more."""
        for _ in range(50):
            ended = self.stopped(number, "--out", "s.csv")
            if ended != 0:
                break
            self.write("s.csv", "old")
        return ended

    def test_a_signal_takes_the_unfinished_file_with_it_and_leaves_the_old_one(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.assertEqual(self.stopped_within(number), -number)
                self.assertEqual(set(os.listdir(self.directory.name)), self.before)
                self.assertEqual(self.stopped(number, "--out", "s.csv", "--report", "waits"), -number)
                self.assertEqual(set(os.listdir(self.directory.name)), self.before)
        with open(self.path("s.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "old")

    def test_a_signal_that_is_to_be_ignored_is(self):
        with subprocess.Popen([PROGRAM, "score", "--model", "m.json", "--transactions", "t.csv", "--quiet", "--out", "s.csv",
                               "--report", "waits"], cwd=self.directory.name, stderr=subprocess.PIPE,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) as running:
            while not set(os.listdir(self.directory.name)) - self.before:
                self.assertIsNone(running.poll())
            running.send_signal(signal.SIGINT)
            with open(self.path("waits"), "rb") as report:
                report.read()
            self.assertEqual(running.wait(timeout=30), 0)
        self.assertEqual(set(os.listdir(self.directory.name)), self.before)
        with open(self.path("s.csv"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 60001)


class Models(Case):
    """A model that does not fit its data, and one that is not told what it needs."""

    def test_what_check_calls_an_error_is_not_scored(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + "C1,2024-01-01,D,1,5,,x\n")
        self.write("s.csv", "old")
        for command in (("score", "--out", "s.csv"), ("explain", "--customer", "C1", "--quiet")):
            message = self.fails(1, ["crmvalue: m.json: the model cannot be used as it is; \"crmvalue check\" tells more"],
                                 command[0], "--model", "m.json", "--transactions", "t.csv", *command[1:])
            self.assertRegex(message, r"(?m)^error: metrics\.gross_profit.*: ")
            self.assertNotIn("warning: ", message)
        with open(self.path("s.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "old")

    def test_check_tells_errors_first_then_warnings_then_notes(self):
        made = model()
        made["metrics"]["unused"] = {"sum": "revenue", "scale": {"line": [[0, 0], [1, 1]]}}
        self.write("m.json", made)
        self.write("t.csv", HEADER + "C1,2024-01-01,D,1,5,,x\n")
        ran = self.expect(1, "check", "--model", "m.json", "--transactions", "t.csv")
        kinds = [line.split(":")[0] for line in ran.stdout.decode().splitlines()[:-1]]
        self.assertIn("error", kinds)
        self.assertIn("warning", kinds)
        self.assertEqual(kinds, sorted(kinds, key=["error", "warning", "note"].index))

    def checked(self, made, *arguments):
        """What check writes, whether the model can be used or not."""
        self.write("m.json", made)
        ran = self.run_program("check", "--model", "m.json", *arguments)
        self.assertIn(ran.returncode, (0, 1), ran.stderr.decode())
        return ran.returncode, ran.stdout.decode()

    def test_check_alone_knows_an_encoding_that_nobody_can_read(self):
        for reading, places in (
            ({"encoding": "windows-1525"}, ["input.encoding"]), ({"encoding": "latin1"}, []), ({"encoding": "utf8"}, []),
            ({"encoding": "UTF-8", "customers": {"customer": "No", "encoding": "windows-1525"}},
             ["input.customers.encoding"]),
            ({"encoding": "windows-1525", "events": {"customer": "No", "date": "D", "event": "E", "encoding": "windows-1525"}},
             ["input.encoding", "input.events.encoding"]),
        ):
            with self.subTest(reading):
                status, told = self.checked(model(input=reading))
                self.assertEqual([line for line in told.splitlines() if line.startswith("error: ")],
                                 ['error: %s: "windows-1525" is an encoding that iconv does not know; expected a name such '
                                  'as "UTF-8" or "windows-1252" (iconv -l lists them)' % place for place in places])
                self.assertEqual(status, 1 if places else 0)
                self.assertIn("the model can%s be used" % ("not" if places else ""), told)

    def test_check_names_those_whom_the_table_names_and_has_no_row_of(self):
        made = model(input={"customers": {"customer": "No", "parent": "Head", "alias_of": "Old", "missing": ["", "none"]}})
        self.write("c.csv", "No,Head,Old,Position\nA,B,,leader\nB,none,,leader\nC,X,,leader\nD,Y,,leader\nE,X,,leader\n"
                            "F,Z,,leader\nG,W,,leader\nH,,A,leader\nI,,V,leader\n")
        told = self.checked(made, "--customers", "c.csv")[1]
        notes = [line for line in told.splitlines() if "no row of" in line]
        self.assertEqual(notes, [
            'note: input.customers.parent: 4 customers named here have no row of their own in the table: "X", "Y", "Z" ...',
            'note: input.customers.alias_of: 1 customer named here has no row of its own in the table: "V"'])
        self.assertRegex(told, r"%d notes?\n$" % told.count("note: "))
        made["input"]["keys"] = "integer"
        self.write("c.csv", "No,Head,Old,Position\n1,02,,leader\n2,003,,leader\n4,3,,leader\n")
        self.assertIn('input.customers.parent: 1 customer named here has no row of its own in the table: "3"\n',
                      self.checked(made, "--customers", "c.csv")[1])
        self.write("c.csv", "No,Head,Old,Position\n1,02,,leader\n2,,,leader\n")
        self.assertNotIn("no row of", self.checked(made, "--customers", "c.csv")[1])

    def test_the_verdict_is_of_what_is_still_to_be_found_with_any_data(self):
        self.write("c.csv", "customer,size\n" + "".join("C%d,%d\n" % (i, i * i) for i in range(30)))
        self.write("t.csv", LINES + "".join("C%d,2024-01-%02d,%d\n" % (i, i + 1, i) for i in range(30)))
        made = {"crmvalue": 1, "metrics": {"size": {"attribute": "size", "scale": {"percentile": {"knots": 8}}},
                                           "revenue": {"sum": "revenue", "scale": {"percentile": {"knots": 8}}}},
                "indexes": {"score": {"weights": {"size": 1, "revenue": 1}}}, "tiers": {"shares": [["A", 20], ["B", None]]}}
        data = ("--customers", "c.csv", "--transactions", "t.csv")
        self.write("m.json", made)
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", "--model", "m.json", "--transactions", "t.csv")
        stale = json.loads(self.expect(0, "fit", "--model", "m.json", *data, "--quiet").stdout)
        fitted = json.loads(json.dumps(stale))
        stale["metrics"]["size"]["scale"]["percentile"]["knots"] = 9
        for given in ((), ("--customers", "c.csv"), data, ("--customers", "c.csv", "--ledger", "l.crmv")):
            for of, verdict in ((made, "the model can be fitted, and scores once it is: 0 errors, "),
                                (stale, "the model has changed since it was fitted, and scores once it is fitted again: 0 "
                                        "errors, "), (fitted, "the model can be used: 0 errors, ")):
                with self.subTest(given=given, verdict=verdict):
                    status, told = self.checked(of, *given)
                    self.assertEqual((status, told.splitlines()[-1][:len(verdict)]), (0, verdict), told)
        del made["metrics"]["size"], made["indexes"]["score"]["weights"]["size"]
        self.assertIn("the model can be fitted", self.checked(made, "--ledger", "l.crmv")[1])

    def test_an_overflow_names_its_file(self):
        self.write("m.json", revenue_model() | {"money": {"decimals": 9}})
        self.write("t.csv", LINES + "A,2024-01-01,9000000\n" * 2000)
        self.fails(1, ["t.csv: a sum of customer A on 2024-01-01 does not fit into 64 bits"], "score", "--model", "m.json",
                   "--transactions", "t.csv")
        self.write("t.csv", LINES + "".join("A,20%02d-%02d-01,9000000\n" % (i // 12, i % 12 + 1) for i in range(1200)))
        self.write("c.csv", "customer\nA\n")
        self.fails(1, ["t.csv: ", "not fit into 64 bits"], "score", "--model", "m.json", "--transactions", "t.csv",
                   "--customers", "c.csv")


if __name__ == "__main__":
    case.main()
