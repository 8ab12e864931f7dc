#!/usr/bin/python3
"""The crmvalue command and its CSV: broken files, encodings and notations, rows set aside with their lines.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import json
import os

import case
from case import HEADER, ROW, Case, model, revenue_model


class WrongData(Case):
    def setUp(self):
        super().setUp()
        self.write("m.json", model())

    def transactions_fail(self, content, *parts, made=None):
        if made is not None:
            self.write("m.json", made)
        self.write("t.csv", content)
        return self.fails(1, ["t.csv", *parts], "score", "--model", "m.json", "--transactions", "t.csv", "--out", "s.csv")

    def test_every_kind_of_broken_file_names_file_line_column_and_what_was_expected(self):
        nearly = HEADER.replace("Net", "Nett")
        for name, content, parts in (
            ("empty", "", ["line 1", "the file is empty; expected a header row"]),
            ("blank lines only", "\n\r\n\n", ["the file is empty; expected a header row"]),
            ("byte-order mark only", b"\xef\xbb\xbf", ["the file is empty; expected a header row"]),
            ("short row", HEADER + ROW + "C2,2024-01-15,D1\n", ["line 3", "has 3 fields; expected 7"]),
            ("long row", HEADER + "\n" + ROW[:-1] + ",y\n", ["line 3", "has 8 fields; expected 7"]),
            ("short row at the end", HEADER + ROW + "C2", ["line 3", "has 1 field; expected 7"]),
            ("quote within", HEADER + ROW + ROW.replace("x", "19\" x"),
             ["line 3", "field 7, column \"Text\"", "a quote inside a field without quotes; expected"]),
            ("text behind a quote", HEADER + ROW.replace("C1", "\"C1\"x"),
             ["line 2", "field 1, column \"CustNo\"", "text behind a closing quote; expected"]),
            ("blank behind a quote", HEADER + ROW.replace("C1", "\"C1\" "),
             ["line 2", "field 1, column \"CustNo\"", "text behind a closing quote; expected"]),
            ("open quote", HEADER + ROW + ROW.replace("D1", "\"D1") + ROW,
             ["line 3", "field 3, column \"DocNo\"", "never closed; expected a closing quote"]),
            ("quote within the header", HEADER.replace("Net", "N\"et"), ["line 1", "field 5", "a quote inside"]),
            ("missing column", HEADER.replace("Net", "Umsatz"),
             ["line 1", "no column \"Net\"", "input.transactions.revenue", "role revenue",
              "there are \"CustNo\", \"Posting\""]),
            ("misspelt column", nearly,
             ["no column \"Net\"", "expected by input.transactions.revenue", "the nearest is \"Nett\"; there are \"CustNo\","]),
            ("blank in a column's name", HEADER.replace("Net", " Net"), ["the nearest is \" Net\""]),
            ("another delimiter", HEADER.replace(",", ";"), ["no column \"CustNo\"", "is the delimiter \";\""]),
            ("tabs", HEADER.replace(",", "\t"), ["no column \"CustNo\"", "is the delimiter a tab"]),
            ("column twice", HEADER.replace("Text", "Net"),
             ["line 1", "\"Net\" stands twice", "field 5 and field 7", "expected it once"]),
            ("NUL byte", HEADER + ROW + ROW.replace("x", "\0"), ["line 3", "a NUL byte; expected text"]),
            ("not UTF-8", (HEADER + ROW).encode() + b"C\xfc,2024-01-15,D1,1,1,1,x\n",
             ["line 3", "0xfc is not valid UTF-8; expected the encoding"]),
            ("UTF-8 cut off", (HEADER + ROW).encode() + b"C2,2024-01-15,D1,1,1,1,\xc3",
             ["line 3", "is not valid UTF-8"]),
            ("UTF-16", (HEADER + ROW).encode("utf-16"),
             ["line 1", "byte-order mark of UTF-16", "expected \"encoding\": \"UTF-16\""]),
            ("UTF-32", (HEADER + ROW).encode("utf-32"), ["line 1", "byte-order mark of UTF-32", "\"encoding\": \"UTF-32\""]),
            ("UTF-32, big end first", b"\0\0\xfe\xff" + (HEADER + ROW).encode("utf-32-be"),
             ["line 1", "byte-order mark of UTF-32"]),
            ("UTF-16 without mark", (HEADER + ROW).encode("utf-16-le"), ["line 1", "a NUL byte", "UTF-16"]),
            ("long field", HEADER + ROW + ROW.replace("x", "x" * 1100000),
             ["line 3", "field 7, column \"Text\"", "longer than 1 MiB; expected"]),
            ("open quote in a long file", HEADER + ROW.replace("x", "\"x") + ROW * 40000,
             ["line 2", "field 7, column \"Text\"", "longer than 1 MiB", "closing quote"]),
        ):
            with self.subTest(name):
                self.transactions_fail(content, *parts)
                self.assertEqual(sorted(os.listdir(self.directory.name)), ["m.json", "t.csv"])

    def test_columns_without_a_map_must_bear_the_roles_names(self):
        unmapped = revenue_model()
        del unmapped["input"]
        self.transactions_fail("customer,date,revnue\nC1,2024-01-01,5\n", "revnue", "revenue", made=unmapped)
        self.transactions_fail("customer,datum,revenue\nC1,5\n", "line 1: no column \"date\" in the header; expected by a "
                               "model without input.transactions for the role date; the nearest is \"datum\"; there are",
                               made=unmapped)
        self.transactions_fail("customer,date,date\nC1,5,6\n", "\"date\" stands twice", made=unmapped)
        self.transactions_fail("customer;date;revenue\nC1;5;6\n", "is the delimiter \";\"", made=unmapped)

    def test_encodings_are_told_by_their_name(self):
        self.transactions_fail(HEADER + ROW, "input.encoding is \"cp99999\"", "iconv -l",
                               made=revenue_model(encoding="cp99999"))
        self.transactions_fail("customer,date,revenue\nC\x81,2024-01-01,5\n".encode("latin-1"), "line 2",
                               "0x81 is not valid windows-1252", made=revenue_model(encoding="windows-1252"))
        self.transactions_fail((HEADER + ROW).encode("utf-32"), "mark of UTF-32, but is read as UTF-16",
                               made=revenue_model(encoding="UTF-16"))
        self.transactions_fail("\ufeffcustomer,date,revenue\n", "byte-order mark of UTF-8, but is read as GB18030",
                               made=revenue_model(encoding="GB18030"))

    def test_files_that_cannot_be_opened_or_read_are_told(self):
        for arguments in (("--model", "none.json", "--transactions", "t.csv"),
                          ("--model", "m.json", "--transactions", "none.csv"),
                          ("--model", "m.json", "--customers", "none.csv", "--as-of", "2024-01-01")):
            self.fails(1, ["none.", "cannot be opened: No such file"], "score", *arguments)
        self.fails(1, [".: cannot be read: Is a directory"], "score", "--model", "m.json", "--transactions", ".")
        self.fails(1, [".: cannot be read: Is a directory"], "score", "--model", ".", "--transactions", "t.csv")

    def test_a_broken_model_names_its_file_and_place(self):
        self.write("t.csv", HEADER + ROW)
        self.write("m.json", "{\n  \"crmvalue\": 1,\n  \"metrics\" {}\n}")
        self.fails(1, ["m.json: line 3, column "], "score", "--model", "m.json", "--transactions", "t.csv")
        broken = model()
        broken["metrics"]["revenue"]["sum"] = "revenu"
        self.write("m.json", broken)
        self.fails(1, ["m.json: metrics.revenue.sum", "revenue"], "score", "--model", "m.json", "--transactions", "t.csv")

    def test_the_same_file_twice_is_refused(self):
        self.write("t.csv", HEADER + ROW)
        os.link(self.path("t.csv"), self.path("u.csv"))
        arguments = ("score", "--model", "m.json", "--transactions", "t.csv", "--transactions")
        os.symlink("t.csv", self.path("v.csv"))
        for other in ("t.csv", "./t.csv", "u.csv", "v.csv"):
            self.fails(2, [f"--transactions {other} is the same file as --transactions t.csv; expected each once"],
                       *arguments, other)

    def test_a_broken_second_file_leaves_nothing(self):
        self.write("t.csv", HEADER + ROW)
        self.write("u.csv", HEADER + ROW + "x\n")
        self.fails(1, ["u.csv: line 3"], "score", "--model", "m.json", "--transactions", "t.csv", "--transactions",
                   "u.csv", "--out", "s.csv", "--report", "r.json")
        self.assertEqual(sorted(os.listdir(self.directory.name)), ["m.json", "t.csv", "u.csv"])

    def test_the_customer_table_is_held_to_the_model_too(self):
        self.write("t.csv", HEADER + ROW)
        arguments = ("score", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv")
        self.write("c.csv", "CustNo,Name,Positon\nC1,One,leader\n")
        self.fails(1, ["c.csv: line 1", "no column \"Position\"", "metrics.position.attribute", "nearest is \"Positon\""],
                   *arguments)
        self.write("c.csv", "CustNo,Position\nC1,leader\n")
        self.fails(1, ["c.csv: line 1", "no column \"Name\"", "input.customers.name"], *arguments)
        self.write("c.csv", "CustNo,Name,Position\nC1,One\n")
        self.fails(1, ["c.csv: line 2", "has 2 fields; expected 3"], *arguments)

    def test_no_usable_row_and_no_date_is_told_behind_the_reasons(self):
        made = revenue_model()
        made["window"] = {"months": 12}
        self.write("m.json", made)
        self.write("t.csv", "customer,date,revenue\nC1,never,5\n")
        self.fails(1, ["date \"never\"  t.csv line 2", "t.csv: none of 1 row could be used"], "score", "--model", "m.json",
                   "--transactions", "t.csv")
        self.write("t.csv", "customer,date,revenue\n")
        self.fails(1, ["t.csv: there is no row", "--as-of YYYY-MM-DD"], "score", "--model", "m.json", "--transactions",
                   "t.csv")


class Reading(Case):
    def scores(self, content, made, *arguments, encoding="utf-8"):
        """customer -> score of a file read by a model"""
        self.write("m.json", made)
        self.write("t.csv", content, encoding)
        rows = self.table("--model", "m.json", "--transactions", "t.csv", *arguments)
        return {row["customer"]: row["score"] for row in rows}

    def test_encodings_come_out_as_utf8(self):
        for encoding, codec, key in (
            ("UTF-8", "utf-8", "M\u00fcller \u4e2d"),
            ("utf8", "utf-8-sig", "M\u00fcller \u4e2d"),
            ("windows-1252", "cp1252", "M\u00fcller \u20ac"),
            ("MACINTOSH", "mac-roman", "M\u00fcller \u2022"),
            ("GB18030", "gb18030", "\u4e2d\u56fd \U00020000"),
            ("UTF-16", "utf-16", "\u00c5ngstr\u00f6m \U0001f600"),
            ("UTF-16LE", "utf-16-le", "\ufeff"),
            ("UTF-32", "utf-32", "\u00c5ngstr\u00f6m \U0001f600"),
            ("SHIFT_JIS", "shift-jis", "\u682a\u5f0f\u4f1a\u793e"),
            ("ISO-8859-15", "iso8859-15", "\u0160\u20ac"),
        ):
            with self.subTest(encoding):
                content = "customer,date,revenue\n%s,2024-01-01,5\n" % key
                if key == "\ufeff":
                    key = "x\ufeff"
                    content = "\ufeffcustomer,date,revenue\nx\ufeff,2024-01-01,5\n"
                made = revenue_model(encoding=encoding)
                self.assertEqual(self.scores(content, made, encoding=codec), {key: "5"})

    def test_numbers_are_read_as_the_model_says(self):
        for reading, text, score in (
            ({}, "1234.5", "1234.5"),
            ({}, "-1234.50", "-1234.5"),
            ({"decimal": ","}, "\"1234,56\"", "1234.56"),
            ({"decimal": ",", "thousands": "."}, "\"-1.234,56\"", "-1234.56"),
            ({"thousands": ","}, "\"1,234.56\"", "1234.56"),
            ({"thousands": "'"}, "1'234.56", "1234.56"),
            ({"thousands": " "}, "1 234.56", "1234.56"),
            ({"thousands": " "}, "1\u00a0234.56", "1234.56"),
            ({"negative": "trailing"}, "1234.56-", "-1234.56"),
            ({"negative": "parentheses"}, "(1234.56)", "-1234.56"),
            ({}, "  12.50 ", "12.5"),
        ):
            with self.subTest(reading=reading, text=text):
                content = "customer,date,revenue\nC1,2024-01-01,%s\n" % text
                self.assertEqual(self.scores(content, revenue_model(**reading)), {"C1": score})

    def test_an_attribute_is_the_nearest_number_however_near_to_0_it_is(self):
        texts = ("1e-305", "-2.5e-310", "4.9e-324", "0." + "0" * 310 + "1", "0.1")
        self.write("m.json", {"crmvalue": 1, "metrics": {"a": {"attribute": "a", "scale": {"line": [[0, 0], [1, 100]]}}},
                              "indexes": {"score": {"weights": {"a": 1}}}})
        self.write("c.csv", "customer,a\n" + "".join("C%d,%s\n" % row for row in enumerate(texts)))
        rows = self.table("--model", "m.json", "--customers", "c.csv", "--values", "--quiet")
        self.assertEqual([float("%.15g" % float(row["value_a"])) for row in rows],
                         [float("%.15g" % float(text)) for text in texts])

    def test_dates_are_read_as_the_model_says(self):
        for form, text in (("dd.mm.yyyy", "29.02.2024"), ("m/d/yyyy", "2/29/2024"), ("yyyymmdd", "20240229"),
                           ("dd-mm-yy", "29-02-24"), ("yyyy-mm-dd", "2024-02-29 17:30:00"),
                           ("dd-mon-yyyy", "29-Feb-2024")):
            with self.subTest(form):
                made = revenue_model(dates=form)
                self.write("m.json", made)
                self.write("t.csv", "customer,date,revenue\nC1,%s,5\n" % text)
                ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv")
                self.assertIn("as of 2024-02-29", ran.stderr.decode())
                self.assertIn(b"\nC1,5,", ran.stdout)

    def test_delimiters_line_ends_and_marks(self):
        for made, content in (
            (revenue_model(delimiter=";", decimal=","), "customer;date;revenue\nC1;2024-01-01;2,5\nC1;2024-01-02;2,5\n"),
            (revenue_model(delimiter="\t"), "customer\tdate\trevenue\nC1\t2024-01-01\t5\n"),
            (revenue_model(), "customer,date,revenue\r\nC1,2024-01-01,5\r\n"),
            (revenue_model(), "customer,date,revenue\rC1,2024-01-01,5\r"),
            (revenue_model(), "\ufeffcustomer,date,revenue\n\nC1,2024-01-01,5"),
            (revenue_model(), "\"customer\",\"date\",\"revenue\"\n\"C1\",\"2024-01-01\",\"5\""),
            (revenue_model(), "revenue,x,date,y,customer\n5,\"a\nb\",2024-01-01,,C1\n"),
        ):
            with self.subTest(content=content):
                self.assertEqual(self.scores(content, made), {"C1": "5"})

    def test_a_header_alone_is_a_file_of_no_rows(self):
        self.assertEqual(self.scores("customer,date,revenue\n", revenue_model()), {})

    def test_standard_input_is_read_for_a_dash(self):
        self.write("m.json", revenue_model())
        content = b"customer,date,revenue\nC1,2024-01-01,5\nC1,bad,5\n"
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "-", input=content)
        self.assertIn(b"\nC1,5,", ran.stdout)
        self.assertIn("standard input line 3", ran.stderr.decode())
        self.write("t.csv", content)
        ran = self.expect(0, "score", "--model", "-", "--transactions", "t.csv", input=json.dumps(revenue_model()).encode())
        self.assertIn(b"\nC1,5,", ran.stdout)

    def test_keys_are_neither_trimmed_nor_folded(self):
        content = "customer,date,revenue\n C1,2024-01-01,1\nC1,2024-01-01,2\nc1,2024-01-01,3\n\"C1 \",2024-01-01,4\n"
        self.assertEqual(self.scores(content, revenue_model()), {" C1": "1", "C1": "2", "C1 ": "4", "c1": "3"})

    def test_many_chunks_are_one_batch(self):
        rows = "".join("C%d,2024-01-%02d,1.01\n" % (i % 7, i % 28 + 1) for i in range(150000))
        content = "customer,date,revenue\n" + rows
        scores = self.scores(content, revenue_model())
        self.assertEqual(sum(round(float(score) * 100) for score in scores.values()), 150000 * 101)


class SetAside(Case):
    def test_rows_set_aside_are_told_with_reason_money_and_exact_lines(self):
        made = revenue_model({"customer": "c", "date": "d", "revenue": "r", "currency": "k"})
        made["money"] = {"currency": "EUR"}
        self.write("m.json", made)
        content = (
            "c,d,r,k,\"text\n\"\r\n"         # lines 1-2
            "\r\n"                            # 3
            "A,2024-01-01,10.00,EUR,\r\n"     # 4
            "A,2024-01-32,1.00,EUR,\"x\r\n\r\ny\"\r\n"  # 5-7
            "A,2024-02-30,2.50,EUR,\n"        # 8
            ",2024-01-01,4.00,EUR,\r"         # 9
            "A,2024-01-02,8.00,USD,\n"        # 10
            "\n\n"                            # 11-12
            "A,2024-01-03,abc,EUR,"           # 13
        )
        self.write("t.csv", content)
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--out", "s.csv", "--report",
                          "r.json")
        text = ran.stderr.decode()
        self.assertIn("6 rows in, 1 used, 5 set aside; revenue used 10.00 EUR", text)
        self.assertRegex(text, r"bad date +2 +rows +revenue 3\.50 EUR +d \"2024-01-32\" +t\.csv lines 5, 8\n")
        self.assertRegex(text, r"1 +row +revenue 4\.00 EUR +c \"\" +t\.csv line 9\n")
        self.assertRegex(text, r"1 +row +revenue 8\.00 USD +k \"USD\" +t\.csv line 10\n")
        self.assertRegex(text, r"1 +row +r \"abc\" +t\.csv line 13\n")
        with open(self.path("r.json"), encoding="utf-8") as file:
            transactions = json.load(file)["transactions"]
        self.assertEqual((transactions["rows"], transactions["accepted"]), (6, 1))
        self.assertEqual(sum(one["rows"] for one in transactions["set_aside"]), 5)
        bad = [one for one in transactions["set_aside"] if one["reason"] == "bad date"]
        self.assertEqual(len(bad), 1)
        self.assertEqual((bad[0]["lines"], bad[0]["revenue"], bad[0]["currency"], bad[0]["file"], bad[0]["column"],
                          bad[0]["text"]), ([5, 8], "3.50", "EUR", "t.csv", "d", "2024-01-32"))

    def test_lines_beyond_the_first_eight_are_counted(self):
        self.write("m.json", revenue_model())
        self.write("t.csv", "customer,date,revenue\n" + "A,x,1\n" * 20 + "A,2024-01-01,1\n")
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv")
        self.assertIn("20  rows  revenue 20.00  date \"x\"  t.csv lines 2, 3, 4, 5, 6, 7, 8, 9 ...", ran.stderr.decode())

    def test_lines_are_those_of_the_batch_that_they_stand_in(self):
        self.write("m.json", revenue_model())
        self.write("t.csv", "customer,date,revenue\nA,2024-01-01,1\n")
        self.write("u.csv", "customer,date,revenue\n\n\nA,2024-01-01,1\nA,x,1\n")
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--transactions", "u.csv")
        self.assertIn("u.csv line 5", ran.stderr.decode())

    def test_rows_of_the_customer_table_are_told_too(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW)
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leader\n\nC1,Uno,leader\n,Nobody,leader\nC2,Two,leader\n")
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv", "--report",
                          "r.json")
        text = ran.stderr.decode()
        self.assertRegex(text, r"customers: +4 rows in, 1 used, 3 set aside")
        self.assertRegex(text, r"2 +rows +CustNo \"C1\" +c\.csv lines 2, 4")
        self.assertRegex(text, r"1 +row +CustNo \"\" +c\.csv line 5")
        with open(self.path("r.json"), encoding="utf-8") as file:
            table = json.load(file)["customer_table"]
        self.assertEqual((table["file"], table["rows"], table["accepted"]), ("c.csv", 4, 1))
        self.assertIn("warning: c.csv: 3 of 4 rows could not be used\n", text)

    def test_customers_that_the_table_does_not_know_are_told_with_their_revenue(self):
        self.write("m.json", model(population="customers"))
        self.write("t.csv", HEADER + ROW + ROW.replace("C1", "C2"))
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leader\n")
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv", "--report",
                          "r.json")
        self.assertRegex(ran.stderr.decode(), r"customers: +1 row in, 1 used, 0 set aside\n"
                         r"  1 customer of the transactions without a row in the table, not scored: revenue 100\.00 EUR\n")
        self.assertNotIn(b"\nC2", ran.stdout)
        with open(self.path("r.json"), encoding="utf-8") as file:
            table = json.load(file)["customer_table"]
        self.assertEqual((table["rows"], table["accepted"], table["set_aside"]), (1, 1, []))
        self.assertEqual(table["customers_without_row"], {"customers": 1, "scored": False, "revenue": "100.00"})
        self.fails(2, ["m.json: the model's population is \"customers\"", "expected --customers FILE"], "score",
                   "--model", "m.json", "--transactions", "t.csv")
        self.expect(0, "check", "--model", "m.json")

    def test_customers_without_a_row_in_the_table_are_counted(self):
        self.write("m.json", model())
        self.write("t.csv", HEADER + ROW + ROW.replace("C1", "C2") + ROW.replace("C1", "C3"))
        self.write("c.csv", "CustNo,Name,Position\nC1,One,leader\n")
        ran = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv", "--report",
                          "r.json")
        self.assertIn("\n  2 customers of the transactions without a row in the table\n", ran.stderr.decode())
        with open(self.path("r.json"), encoding="utf-8") as file:
            table = json.load(file)["customer_table"]
        self.assertEqual(table["customers_without_row"], {"customers": 2, "scored": True, "revenue": None})
        self.assertEqual(table["rolled_up"], 0)

    def grouped(self, table, keys="text", **changes):
        """The summary and what the report says of a customer table with groups; C1 to C3 and C9 have bought."""
        customers = {"customer": "CustNo", "name": "Name", "parent": "Parent", "alias_of": "Alias"}
        self.write("m.json", model(input={"keys": keys, "transactions": dict(case.MAPPED), "customers": customers}, **changes))
        buyers = ("C1", "C2", "C3", "C9")
        rows = HEADER + "".join(ROW.replace("C1", buyer) for buyer in buyers)
        table = "CustNo,Name,Position,Parent,Alias\n" + table
        self.write("t.csv", rows if keys == "text" else rows.replace("\nC", "\n"))
        self.write("c.csv", table if keys == "text" else table.replace("C1", "01").replace("C", "00").replace("00ust", "Cust"))
        text = self.expect(0, "score", "--model", "m.json", "--transactions", "t.csv", "--customers", "c.csv", "--report",
                           "r.json", "--out", "s.csv").stderr.decode()
        with open(self.path("r.json"), encoding="utf-8") as file:
            found = json.load(file)["customer_table"]
        return text, found["rolled_up"], found["customers_without_row"]["customers"]

    def test_customers_who_count_as_others_are_told_and_are_not_without_a_row(self):
        for keys in ("text", "integer"):
            with self.subTest(keys=keys):
                text, rolled_up, without = self.grouped("C1,One,,,\nC2,Two,,C1,\nC3,Three,,C2,\nC4,Four,,,C1\n", keys)
                self.assertEqual((rolled_up, without), (3, 1))
                self.assertIn("\n  4 customers are 1: 3 count as their head offices or other numbers\n"
                              "  1 customer of the transactions without a row in the table\n", text)
        text, rolled_up, without = self.grouped("C1,One,,,\nC2,Two,,C1,\nC3,Three,,,\nC9,Nine,,,\n")
        self.assertEqual((rolled_up, without), (1, 0))
        self.assertIn("\n  4 customers are 3: 1 counts as its head office or another number\n", text)
        self.assertNotIn("without a row", text)

    def test_a_head_office_without_a_row_of_its_own_is_counted_once(self):
        text, rolled_up, without = self.grouped("C1,One,,C8,\nC2,Two,,C8,\nC3,Three,,,\nC9,Nine,,C3,\n")
        self.assertEqual((rolled_up, without), (3, 1))
        self.assertIn("  1 customer of the transactions without a row in the table\n", text)

    def test_rows_set_aside_count_neither_as_others_nor_as_rows(self):
        twice = "C2,Two,,C1,\nC2,Two,,C1,\n"
        _, rolled_up, without = self.grouped("C1,One,,,\n" + twice + "C3,Three,,C2,\nC9,Nine,,,\n" + "C7,Seven,,C1,\n" * 20)
        self.assertEqual((rolled_up, without), (1, 1))

    def test_of_the_tables_customers_alone_none_is_without_a_row(self):
        text, rolled_up, without = self.grouped("C1,One,,,\nC2,Two,,C1,\nC3,Three,,,C1\nC9,Nine,,,\n", population="customers")
        self.assertEqual((rolled_up, without), (2, 0))
        self.assertNotIn("without a row", text)


class LongFile(Case):
    """Files of several chunks, the next of which is read while the last is worked on."""

    ROWS = 160000

    def rows(self, changed):
        """Rows of a file; those at some positions are others."""
        rows = [f"C{i % 9001},2024-01-{1 + i % 28:02},D{i},1,{i % 1000}.{i % 100:02},1.00,x\n" for i in range(self.ROWS)]
        for position, row in changed.items():
            rows[position] = row
        return HEADER + "".join(rows)

    def alike(self, status):
        """What a run writes and says, on one thread and on three."""
        runs = [self.expect(status, "score", "--model", "m.json", "--transactions", "t.csv", "--threads", threads)
                for threads in ("1", "3")]
        self.assertEqual((runs[0].stdout, runs[0].stderr), (runs[1].stdout, runs[1].stderr))
        return runs[0].stderr.decode()

    def test_results_and_lines_set_aside_are_the_same_on_any_number_of_threads(self):
        self.write("m.json", model())
        bad = ROW.replace("2024-01-15", "soon")
        self.write("t.csv", self.rows({9: ROW.replace(",x", ",\"x\r\ny\""), 70000: bad, 159999: "\n\n" + bad}))
        told = self.alike(0)
        self.assertRegex(told, r"160,000 rows in, 159,998 used, 2 set aside")
        self.assertIn("\"soon\"  t.csv lines 70003, 160004\n", told)

    def test_the_first_failure_is_told_on_any_number_of_threads(self):
        self.write("m.json", model())
        short, quote = "C1,2024-01-15\n", ROW.replace(",x", ",x\"")
        self.write("t.csv", self.rows({70000: ROW.replace("2024", "later"), 150000: short, 159000: quote}))
        self.assertIn("t.csv: line 150002: the row has 2 fields; expected 7", self.alike(1))
        self.write("t.csv", self.rows({100: quote, 150000: short}))
        self.assertIn("t.csv: line 102: field 7", self.alike(1))

    def test_what_the_library_refuses_comes_before_what_is_wrong_in_rows_far_behind(self):
        unmapped = revenue_model()
        del unmapped["input"]
        self.write("m.json", unmapped)
        rows = self.rows({159000: "C1\n"}).replace(HEADER, "customer,date,document,quantity,revenue,cost,text\n")
        self.write("t.csv", rows)
        told = self.alike(1)
        self.assertIn("`text`", told)
        self.assertNotIn("line 159", told)


if __name__ == "__main__":
    case.main()
