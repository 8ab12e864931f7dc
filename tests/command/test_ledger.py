#!/usr/bin/python3
"""Ledgers on disk: crmvalue ledger append, info, merge, withdraw and erase, and --ledger in the files' place.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import fcntl
import json
import os
import random
import re

import case
from case import model
from ledger_case import SHORT, LedgerCase, lines


class Usage(LedgerCase):
    def test_help_names_the_report_in_the_usage_of_every_command(self):
        usage = self.expect(0, "help", "ledger").stdout.decode().split("\n\n")[0]
        self.assertEqual(usage.count("crmvalue ledger "), usage.count("[--report R.json]"))

    def test_help_names_every_command(self):
        text = self.expect(0, "ledger", "--help").stdout.decode()
        for command in ("append", "info", "merge", "withdraw", "erase"):
            self.assertIn("crmvalue ledger " + command, text)
            self.assertEqual(self.expect(0, "ledger", command, "--help").stdout.decode(), text)
        self.assertIn("crmvalue ledger append|info|merge|withdraw|erase", self.expect(0, "help").stdout.decode())

    def test_a_wrong_command_line_leaves_with_2_and_says_what_was_expected(self):
        self.write("t.csv", lines(1, 9, 9, 1))
        on, fed = self.on, ("--transactions", "t.csv")
        for arguments, part in (
            (("ledger",), "no command; expected ledger append, info, merge, withdraw or erase"),
            (("ledger", "apend"), "unknown command \"ledger apend\"; did you mean ledger append?"),
            (("ledger", "xyzzy"), "unknown command \"ledger xyzzy\"; expected append, info, merge"),
            (("leger",), "unknown command \"leger\"; did you mean ledger?"),
            (("ledger", "append", *on), "needs --transactions FILE, --receivables FILE or --events FILE"),
            (("ledger", "append", "--model", "m.json", *fed), "crmvalue ledger append needs --ledger FILE"),
            (("ledger", "append", "--ledger", "l.crmv", *fed), "crmvalue ledger append needs --model FILE"),
            (("ledger", "append", *on, "--transactions", "-"), "no name to call its batch by; expected --batch NAME"),
            (("ledger", "append", *on, *fed, *fed), "t.csv is the same file as --transactions t.csv"),
            (("ledger", "append", *on, *fed, "--customers", "c.csv"), "crmvalue ledger append takes no --customers"),
            (("ledger", "append", *on, *fed, "--as-of", "2024-01-01"), "crmvalue ledger append takes no --as-of"),
            (("ledger", "append", *on, "--rates", "t.csv"), "--rates has nothing to convert"),
            (("ledger", "append", *on, *fed, "--report", "t.csv"), "--report t.csv would be written over"),
            (("ledger", "append", *on, *fed, "--report", "l.crmv"), "--report l.crmv would be written over"),
            (("ledger", "append", *on, *fed, "--report", "-"), "--report is \"-\"; expected a file"),
            (("ledger", "info", "--model", "m.json"), "crmvalue ledger info needs --ledger FILE"),
            (("ledger", "info", "--ledger", "-", "--model", "m.json"), "a ledger cannot be \"-\""),
            (("ledger", "info", *on, "--bach", "x"), "unknown option --bach"),
            (("ledger", "withdraw", *on), "crmvalue ledger withdraw needs --batch NAME"),
            (("ledger", "erase", *on), "crmvalue ledger erase needs --customer KEY"),
            (("ledger", "merge", "--model", "m.json", "a", "b"), "crmvalue ledger merge needs --out FILE"),
            (("ledger", "merge", "--model", "m.json", "--out", "x", "a"), "the ledgers to merge, two or more files"),
            (("ledger", "merge", "--model", "m.json", "--out", "x", "t.csv", "t.csv"), "t.csv is the same file as"),
            (("ledger", "merge", "--model", "m.json", "--out", "t.csv", "t.csv", "b"), "--out t.csv would be written over"),
            (("ledger", "merge", *on, "--out", "x", "a", "b"), "crmvalue ledger merge takes no --ledger"),
            (("score", *on, "--batch", "x"), "crmvalue score takes no --batch"),
            (("score", *on, "--out", "l.crmv"), "--out l.crmv would be written over, but is an input: --ledger l.crmv"),
        ):
            with self.subTest(arguments=arguments):
                self.assertIn("crmvalue help", self.fails(2, [part], *arguments))

    def test_every_key_of_the_reports_is_in_the_help(self):
        text = self.expect(0, "help", "report").stdout.decode()
        self.write("t.csv", lines(1, 9, 9, 1) + "K1,never,D,1,1,1\n")
        self.write("u.csv", lines(2, 9, 9, 2))
        made = [self.report("ledger", "append", *self.on, "--transactions", "t.csv", "--transactions", "u.csv"),
                self.info(), self.report("ledger", "withdraw", *self.on, "--batch", "u.csv"),
                self.report("ledger", "erase", *self.on, "--customer", "K0")]

        def keys(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield key
                    yield from keys(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from keys(inner)

        found = {key for report in made for key in keys(report)}
        self.assertLessEqual({"withdrawn", "erased", "batches", "set_aside", "first_rows"}, found)
        for key in found:
            self.assertRegex(text, r"\b%s\b" % key)


class Append(LedgerCase):
    def setUp(self):
        super().setUp()
        for month in (1, 2, 3):
            self.write("t%d.csv" % month, lines(month, 40, 300, month))
        self.files = [part for month in (1, 2, 3) for part in ("--transactions", "t%d.csv" % month)]

    def test_a_ledger_scores_as_its_files_do_whatever_their_order(self):
        self.append("t3.csv")
        self.append("t1.csv", "t2.csv")
        table = ("--customers", "c.csv")
        self.assertEqual(self.scores("--ledger", "l.crmv", *table), self.scores(*self.files, *table))
        whole = self.report("score", "--model", "m.json", *self.files, "--out", "s.csv")
        kept = self.report("score", "--model", "m.json", "--ledger", "l.crmv", "--out", "s.csv")
        self.assertEqual((kept["as_of"], kept["as_of_asked"]), (whole["as_of"], False))
        self.assertEqual([batch["name"] for batch in kept["ledger"]["batches"]], ["t3.csv", "t1.csv", "t2.csv"])
        for same in ("all", "tiers", "segments", "rules", "metrics"):
            self.assertEqual(kept[same], whole[same])
        for same in ("rows", "accepted", "totals", "hash", "last_day"):
            self.assertEqual(kept["transactions"][same], whole["transactions"][same])
        check = ("check", "--model", "m.json", "--quiet")
        self.assertEqual(self.expect(0, *check, "--ledger", "l.crmv").stdout, self.expect(0, *check, *self.files).stdout)

    def test_files_beside_a_ledger_are_added_for_the_run_only(self):
        self.append("t1.csv", "t2.csv")
        before = self.bytes("l.crmv")
        self.assertEqual(self.scores("--ledger", "l.crmv", "--transactions", "t3.csv"), self.scores(*self.files))
        self.assertEqual(self.bytes("l.crmv"), before)
        os.mkdir(self.path("sub"))
        self.write("sub/t1.csv", lines(7, 9, 9, 4))
        self.fails(1, ["t1.csv"], "score", "--model", "m.json", "--ledger", "l.crmv", "--transactions", "sub/t1.csv")

    def test_what_was_added_is_told_in_a_line_and_set_aside_rows_with_their_lines(self):
        self.write("t1.csv", lines(1, 5, 20, 1) + "K1,2024-02-30,D,1,12.50,1\n")
        ran = self.ledger("append", "--transactions", "t1.csv", "--transactions", "t2.csv")
        self.assertRegex(ran.stdout.decode(), r"^l\.crmv: batch \"t1\.csv\" added: 21 rows, 20 used; 5 customers, 2024-01-\d\d to "
                         r"2024-01-\d\d\nl\.crmv: batch \"t2\.csv\" added: 300 rows, 300 used; 40 customers, .*\n$")
        text = ran.stderr.decode()
        self.assertIn("transactions: 321 rows in, 320 used, 1 set aside; revenue used", text)
        self.assertRegex(text, r"bad date +1 +row +revenue 12\.50 EUR +Posting \"2024-02-30\" +t1\.csv line 22\n")

    def test_a_batch_of_that_name_is_refused_the_second_time(self):
        self.append("t1.csv")
        self.refused(1, ["l.crmv: ", "t1.csv", "--replace puts the new one in its place", "--batch NAME"], "append",
                     "--transactions", "t1.csv")
        self.refused(1, ["l.crmv: ", "t1.csv"], "append", "--transactions", "t2.csv", "--transactions", "t1.csv")
        self.refused(1, ["l.crmv: ", "t1.csv"], "append", "--transactions", "t2.csv", "--batch", "t1.csv")
        os.mkdir(self.path("sub"))
        self.write("sub/t1.csv", lines(7, 9, 9, 4))
        self.fails(1, ["t1.csv"], "ledger", "append", *self.on, "--transactions", "sub/t1.csv")

    def test_several_files_under_one_name_are_one_batch_with_the_lines_of_each(self):
        self.write("t1.csv", SHORT + "A,2024-01-01,D1,1,10.00,1\n\nA,never,D1,1,1.00,1\n" + "A,2024-01-02,D1,1,1,1\n" * 30)
        self.write("t2.csv", SHORT + "A,2024-01-03,D2,1,10.00,1\nA,nowhen,D1,1,2.00,1\n" + "A,2024-01-02,D1,1,1,1\n" * 30)
        ran = self.ledger("append", "--batch", "spring", "--transactions", "t1.csv", "--transactions", "t2.csv")
        self.assertRegex(ran.stderr.decode(), r"bad date +2 +rows +revenue 3\.00 EUR +Posting \"never\" +t1\.csv lines 4; "
                         r"t2\.csv lines 3\n")
        info = self.info()
        self.assertEqual([(batch["name"], batch["rows"]) for batch in info["ledger"]["batches"]], [("spring", 64)])
        aside = info["transactions"]["set_aside"][0]
        self.assertEqual((aside["batch"], aside["file"], aside["lines"], aside["first_rows"]), ("spring", None, [], [2, 34]))

    def test_a_day_is_added_without_reading_the_days_before(self):
        self.append("t1.csv")
        self.append("t2.csv")
        size = os.path.getsize(self.path("l.crmv"))
        with open(self.path("l.crmv"), "r+b") as file:
            file.seek(6000)
            byte = file.read(1)
            file.seek(6000)
            file.write(bytes([byte[0] ^ 1]))
        old = self.bytes("l.crmv")
        self.append("t3.csv")
        new = self.bytes("l.crmv")
        self.assertEqual(new[4096:size], old[4096:size])
        self.assertGreater(len(new), size)
        for command in (("ledger", "info"), ("score",), ("ledger", "withdraw", "--batch", "t3.csv")):
            message = self.fails(1, ["crmvalue: l.crmv: "], *command, *self.on)
            self.assertRegex(message, "damaged|checksum")

    def test_where_no_row_can_be_used_nothing_is_added(self):
        self.write("bad.csv", SHORT + "A,never,D,1,1,1\n" * 3)
        self.refused(1, ["bad.csv: none of 3 rows could be used"], "append", "--transactions", "bad.csv")
        self.append("t1.csv")
        self.refused(1, ["bad.csv: none of 3 rows could be used"], "append", "--transactions", "bad.csv", "--quiet")
        self.refused(1, ["none.csv: cannot be opened: No such file"], "append", "--transactions", "none.csv")
        self.write("t2.csv", "CustNo,Posting\nA,2024-01-01\n")
        self.refused(1, ["t2.csv: line 1: no column"], "append", "--transactions", "t2.csv")

    def test_the_standard_input_is_a_batch_under_a_given_name(self):
        with open(self.path("t1.csv"), "rb") as file:
            self.ledger("append", "--transactions", "-", "--batch", "today", stdin=file)
        self.assertEqual([batch["name"] for batch in self.info()["ledger"]["batches"]], ["today"])
        self.assertEqual(self.scores("--ledger", "l.crmv"), self.scores("--transactions", "t1.csv"))

    def test_a_replacement_stands_where_the_old_batch_stood(self):
        self.append("t1.csv")
        self.append("t2.csv")
        self.write("t1.csv", lines(9, 40, 200, 1))
        ran = self.ledger("append", "--transactions", "t1.csv", "--replace")
        self.assertIn("l.crmv: batch \"t1.csv\" replaced: 200 rows, 200 used", ran.stdout.decode())
        self.assertEqual([batch["name"] for batch in self.info()["ledger"]["batches"]], ["t1.csv", "t2.csv"])
        self.assertEqual(self.scores("--ledger", "l.crmv"), self.scores(*self.files[:4]))
        hash_of_both = self.info()["transactions"]["hash"]
        os.unlink(self.path("l.crmv"))
        self.append("t1.csv", "t2.csv")
        self.assertEqual(self.info()["transactions"]["hash"], hash_of_both)
        self.refused(1, ["l.crmv: no batch \"t3.csv\" to replace; the nearest is \"t1.csv\""], "append", "--replace",
                     "--transactions", "t3.csv")

    def test_the_rows_of_a_replacement_are_told_and_not_those_of_the_ledger(self):
        self.append("t1.csv", "t2.csv")
        self.write("t1.csv", lines(9, 40, 30, 1) + "K1,never,D,1,1.25,1\n")
        report = self.report("ledger", "append", *self.on, "--transactions", "t1.csv", "--replace")
        self.assertEqual((report["transactions"]["rows"], report["transactions"]["accepted"]), (31, 30))
        self.assertEqual([batch["name"] for batch in report["ledger"]["batches"]], ["t1.csv"])
        self.assertEqual(report["transactions"]["set_aside"][0]["lines"], [32])

    def test_another_model_of_the_same_money_scores_and_one_of_another_money_is_refused(self):
        self.append("t1.csv")
        self.write("m.json", case.revenue_model(dict(customer="CustNo", date="Posting", revenue="Net"))
                   | {"money": {"currency": "EUR"}})
        self.assertEqual(len(self.table(*self.on)), len(set(re.findall(rb"K\d+", self.bytes("t1.csv")))))
        self.write("m.json", model(money={"currency": "USD"}))
        self.fails(1, ["crmvalue: l.crmv: "], "score", *self.on)
        self.refused(1, ["crmvalue: l.crmv: "], "append", "--transactions", "t2.csv")

    def test_a_ledger_that_is_not_there_is_told_by_all_but_append(self):
        for command in (("info",), ("withdraw", "--batch", "x"), ("erase", "--customer", "x"),
                        ("append", "--replace", "--transactions", "t1.csv")):
            self.refused(1, ["l.crmv: ", "No such file"], *command)
        self.fails(1, ["l.crmv", "No such file"], "score", *self.on)


class Trouble(LedgerCase):
    def setUp(self):
        super().setUp()
        self.write("t1.csv", lines(1, 40, 300, 1))
        self.write("t2.csv", lines(2, 40, 300, 2))
        self.append("t1.csv")

    def test_while_somebody_changes_a_ledger_nobody_else_does_but_all_read(self):
        with open(self.path("l.crmv.lock"), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for command in (("append", "--transactions", "t2.csv"), ("withdraw", "--batch", "t1.csv"),
                            ("erase", "--customer", "K1"), ("append", "--transactions", "t1.csv", "--replace")):
                with self.subTest(command=command):
                    self.assertRegex(self.refused(1, ["crmvalue: l.crmv"], *command),
                                     "another process is writing the ledger; try again when it has finished\n")
            self.assertEqual(self.info()["transactions"]["rows"], 300)
            self.scores("--ledger", "l.crmv")

    def test_a_file_that_is_no_ledger_or_was_cut_is_told(self):
        whole = self.bytes("l.crmv")
        for data in (b"", b"no ledger at all", SHORT.encode() * 200, whole[:-1], whole[: len(whole) // 2], whole[:4096],
                     whole[:100] + bytes(len(whole) - 100)):
            self.write("l.crmv", data)
            for command in (("info",), ("append", "--transactions", "t2.csv"), ("withdraw", "--batch", "t1.csv"),
                            ("erase", "--customer", "K1")):
                with self.subTest(command=command, length=len(data)):
                    self.refused(1, ["crmvalue: l.crmv: "], *command)
            self.fails(1, ["crmvalue: l.crmv: "], "explain", *self.on, "--customer", "K1")

    def test_a_byte_that_is_damaged_anywhere_is_found(self):
        whole = self.bytes("l.crmv")
        chance = random.Random(5)
        for _ in range(40):
            place = chance.randrange(4096, len(whole))
            self.write("l.crmv", whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1:])
            self.fails(1, ["crmvalue: l.crmv: "], "ledger", "info", *self.on)

    def test_an_unknown_batch_is_told_with_the_nearest(self):
        self.refused(1, ["l.crmv: no batch \"t2.csv\"; the nearest is \"t1.csv\""], "withdraw", "--batch", "t2.csv")
        self.refused(1, ["l.crmv: no batch \"spring cleaning\"; \"crmvalue ledger info\" lists them"], "withdraw", "--batch",
                     "spring cleaning")

    def test_a_full_disk_behind_the_standard_output_is_told(self):
        with open("/dev/full", "wb") as full:
            for command in (("append", "--transactions", "t2.csv"), ("info",), ("withdraw", "--batch", "t2.csv"),
                            ("erase", "--customer", "K0")):
                self.fails(1, ["standard output: cannot be written: No space left"], "ledger", *command, *self.on,
                           stdout=full)
        self.assertEqual([batch["name"] for batch in self.info()["ledger"]["batches"]], ["t1.csv"])

    def test_a_directory_that_does_not_take_files_is_told(self):
        self.fails(1, ["none/l.crmv"], "ledger", "append", "--ledger", "none/l.crmv", "--model", "m.json", "--transactions",
                   "t2.csv")
        before = self.bytes("l.crmv")
        self.fails(1, ["none/r.json: cannot be written"], "ledger", "append", *self.on, "--transactions", "t2.csv",
                   "--report", "none/r.json")
        self.assertEqual(self.bytes("l.crmv"), before)


class Corrections(LedgerCase):
    def setUp(self):
        super().setUp()
        for month in (1, 2):
            self.write("t%d.csv" % month, lines(month, 40, 300, month))
        self.append("t1.csv")

    def test_a_withdrawn_batch_has_never_been_there(self):
        before = self.info()["transactions"]
        self.append("t2.csv")
        report = self.report("ledger", "withdraw", *self.on, "--batch", "t2.csv")
        self.assertEqual((report["command"], report["withdrawn"]["name"], report["withdrawn"]["rows"]),
                         ("ledger withdraw", "t2.csv", 300))
        self.assertEqual(self.info()["transactions"], before)
        ran = self.append("t2.csv")
        self.assertIn("batch \"t2.csv\" added", ran.stdout.decode())
        self.assertRegex(self.ledger("withdraw", "--batch", "t1.csv").stdout.decode(),
                         r"^l\.crmv: batch \"t1\.csv\" withdrawn: 300 rows, 300 used; \d+ customers, 2024-01-.* to .*\n$")
        self.assertEqual(self.scores("--ledger", "l.crmv"), self.scores("--transactions", "t2.csv"))

    def test_an_erased_customer_is_in_no_byte_of_the_file(self):
        key = "Erika Mustermann of 12 Example Street"
        self.write("t2.csv", lines(2, 40, 300, 2) + f"{key},2024-02-03,D,1,77.50,1\n{key},2024-02-04,D,1,1,1\n")
        self.write("t3.csv", SHORT + f"{key},2024-03-03,D,1,10.00,1\nK1,2024-03-03,D,1,10.00,1\n")
        self.append("t2.csv", "t3.csv")
        self.assertIn(key.encode(), self.bytes("l.crmv"))
        ran = self.ledger("erase", "--customer", key, "--report", "r.json")
        self.assertEqual(ran.stdout.decode(), f"l.crmv: customer \"{key}\" erased from 2 batches: 3 customer-days, revenue "
                         "88.50 EUR\n")
        for name in ("l.crmv", "r.json"):
            self.assertNotIn(b"Erika", self.bytes(name))
        with open(self.path("r.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["erased"], {"customer_days": 3, "revenue": "88.50", "due": None, "events": 0,
                                                         "batches": 2})
        self.assertNotIn(b"Erika", self.scores("--ledger", "l.crmv"))
        self.assertEqual(self.info()["transactions"]["rows"], 604)
        self.refused(1, ["l.crmv: ", "no customer"], "erase", "--customer", key)
        self.assertEqual({name for name in os.listdir(self.directory.name) if b"Erika" in self.bytes(name)},
                         {"t2.csv", "t3.csv"})

    def test_shards_merged_in_any_order_are_the_whole(self):
        rows = lines(3, 60, 900, 3).splitlines()[1:]
        for shard in range(3):
            mine = [row for row in rows if int(row.split(",")[0][1:]) % 3 == shard]
            self.write("march.csv", SHORT + "\n".join(mine) + "\n")
            self.expect(0, "ledger", "append", "--ledger", "s%d.crmv" % shard, "--model", "m.json", "--transactions",
                        "march.csv")
        self.write("march.csv", SHORT + "\n".join(rows) + "\n")
        self.expect(0, "ledger", "append", "--ledger", "whole.crmv", "--model", "m.json", "--transactions", "march.csv")
        whole = self.info("whole.crmv")
        merge = ("ledger", "merge", "--model", "m.json", "--out")
        ran = self.expect(0, *merge, "one.crmv", "s0.crmv", "s1.crmv", "s2.crmv")
        self.assertEqual(ran.stdout.decode(), "one.crmv: 3 ledgers merged: 1 batch, 60 customers; ledger %s\n"
                         % whole["transactions"]["hash"])
        self.expect(0, *merge, "other.crmv", "s2.crmv", "s0.crmv", "s1.crmv")
        self.expect(0, *merge, "again.crmv", "one.crmv", "l.crmv")
        self.assertEqual(self.bytes("one.crmv"), self.bytes("other.crmv"))
        self.assertEqual(self.info("one.crmv")["transactions"], whole["transactions"])
        self.assertEqual([batch["name"] for batch in self.info("again.crmv")["ledger"]["batches"]], ["march.csv", "t1.csv"])

    def test_a_customer_in_two_halves_of_a_batch_is_refused(self):
        before = self.everything()
        self.write("copy.crmv", self.bytes("l.crmv"))
        message = self.fails(1, ["copy.crmv: ", "t1.csv"], "ledger", "merge", "--model", "m.json", "--out", "x.crmv",
                             "l.crmv", "copy.crmv")
        self.assertRegex(message, r"K\d")
        os.unlink(self.path("copy.crmv"))
        self.assertEqual(self.everything(), before)


class Info(LedgerCase):
    def test_info_lists_batches_totals_and_what_was_set_aside(self):
        self.write("t1.csv", SHORT + "A,2024-01-01,D1,1,10.00,4.00\nB,2024-01-05,D2,1,20.00,\nB,never,D3,1,3.00,\n")
        self.write("t2.csv", SHORT + "A,2024-02-01,D4,-1,-2.50,-1.00\nC,sometime,D5,1,7.00,\n")
        self.append("t1.csv")
        self.append("t2.csv")
        text = self.ledger("info").stdout.decode()
        self.assertIn("ledger:       l.crmv, 2 batches\n", text)
        self.assertIn("transactions: 5 rows in, 3 used, 2 set aside; revenue used 27.50 EUR\n", text)
        self.assertRegex(text, r"\n  bad date +1 +row +revenue 3\.00 EUR +Posting \"never\" +batch \"t1\.csv\" row 3\n"
                         r"  bad date +1 +row +revenue 7\.00 EUR +Posting \"sometime\" +batch \"t2\.csv\" row 2\n")
        self.assertRegex(text, r"\n  batch +rows +used +customers +customer-days +from +to\n")
        self.assertRegex(text, r"\n  t1\.csv +3 +2 +2 +2 +2024-01-01 +2024-01-05\n")
        self.assertRegex(text, r"\n  t2\.csv +2 +1 +1 +1 +2024-02-01 +2024-02-01\n")
        self.assertRegex(text, r"\n  revenue +27\.50 +EUR\n  cost +3\.00 +EUR\n  gross profit +4\.50 +EUR\n")
        self.assertRegex(text, r"\n  returned +2\.50 +EUR\n")
        self.assertRegex(text, r"\n2 customers, 3 customer-days, transactions of 2024-01-01 to 2024-02-01\nledger [0-9a-f]{32}; ")
        asides = self.info()["transactions"]["set_aside"]
        self.assertEqual([(one["batch"], one["first_rows"]) for one in asides], [("t1.csv", [3]), ("t2.csv", [2])])

    def test_info_lists_the_first_rows_that_were_set_aside(self):
        self.write("t1.csv", SHORT + "A,2024-01-01,D1,1,10.00,4.00\n" + "B,never,D3,1,3.00,\n" * 20)
        self.append("t1.csv")
        self.assertIn("  batch \"t1.csv\" rows 2, 3, 4, 5, 6, 7, 8, 9 ...\n", self.ledger("info").stdout.decode())

    def test_the_summary_of_scores_tells_of_the_ledger(self):
        self.write("t1.csv", lines(1, 9, 90, 1))
        self.append("t1.csv")
        text = self.expect(0, "score", *self.on).stderr.decode()
        self.assertIn("ledger:       l.crmv, 1 batch\ntransactions: 90 rows in, 90 used, 0 set aside;", text)
        self.assertIn(", the last day of the transactions; model \"small\" ", text)


if __name__ == "__main__":
    case.main()
