#!/usr/bin/python3
"""crmvalue explain --ledger: the page from a part of a ledger is the page from all files.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import json
import os
import random

import case
from case import MAPPED, model
from ledger_case import LedgerCase, lines


class Explain(LedgerCase):
    """One customer's page from a ledger is the page from the files, and reads only what it needs."""

    def setUp(self):
        super().setUp()
        for month in (1, 2, 3):
            self.write("t%d.csv" % month, lines(month, 40, 400, month))
        self.files = [part for month in (1, 2, 3) for part in ("--transactions", "t%d.csv" % month)]
        self.append("t1.csv", "t2.csv")
        self.append("t3.csv")

    def pages(self, key, *table, row=None):
        page = ("explain", "--model", "m.json", "--quiet", "--customer", key, *table)
        kept = self.expect(0, *page, "--ledger", "l.crmv").stdout.decode()
        self.assertEqual(kept, self.expect(0, *page, *self.files).stdout.decode())
        self.assertIn("customer    " + (row or key), kept)
        return kept

    def test_the_page_is_the_same_with_and_without_a_table(self):
        for key in ("K0", "K1", "K17", "K39"):
            self.pages(key)
            self.pages(key, "--customers", "c.csv")
            self.pages(key, "--as-of", "2024-02-10")

    def test_a_customer_without_a_fact_has_a_page_if_the_table_has_it(self):
        self.write("c.csv", "CustNo,Name,Position\nnew,Newcomer,leader\n")
        self.pages("new", "--customers", "c.csv")

    def test_a_customer_has_a_page_whatever_only_others_were_fed(self):
        """D has documents; R only returns without one, E only an event of a name that no other has, T only a row."""
        self.write("m.json", json.dumps({"crmvalue": 1, "metrics": {
            "revenue": {"sum": "revenue", "scale": {"line": [[0, 0], [10, 100]]}},
            "documents": {"count": "documents"}, "visits": {"event": ["visit", "count"]},
            "mark": {"event": ["visit", "mean"]}}, "indexes": {"score": {"weights": {"revenue": 1}}}}))
        self.write("t.csv", "customer,date,revenue,document\nD,2025-01-02,5,D1\nR,2025-01-03,-5,\n")
        self.write("e.csv", "customer,date,event,value,text\nD,2025-01-02,visit,3,\nE,2025-01-03,moved,,\n")
        self.write("k.csv", "customer\nD\nR\nE\nT\n")
        self.files = ["--transactions", "t.csv", "--events", "e.csv"]
        os.unlink(self.path("l.crmv"))
        self.expect(0, "ledger", "append", *self.on, *self.files)
        for key in ("D", "R", "E"):
            self.pages(key)
        for key in ("D", "R", "E", "T"):
            self.pages(key, "--customers", "k.csv")

    def test_an_unknown_customer_is_told_as_without_a_ledger(self):
        for table in ((), ("--customers", "c.csv")):
            arguments = ("explain", "--model", "m.json", "--quiet", *table, "--customer", "K7x")
            self.assertEqual(self.fails(1, ["no customer \"K7x\" among 40; the nearest is \"K7\""], *arguments, "--ledger",
                                        "l.crmv"), self.fails(1, [], *arguments, *self.files))

    def test_the_page_of_a_group_has_what_all_of_it_did(self):
        self.write("m.json", model(input={"transactions": dict(MAPPED), "customers": {
            "customer": "CustNo", "name": "Name", "parent": "Parent", "alias_of": "Alias", "dealer": "Dealer",
            "dealer_share": "Share"}}))
        self.write("c.csv", "CustNo,Name,Position,Parent,Alias,Dealer,Share\n"
                   "K1,Top,leader,,,,\nK2,Middle,,K1,,,\nK3,Low,,K2,,,\nK4,Other number of low,,,K3,,\n"
                   "K5,Buys through middle,,,,K2,30\nK6,Other number of that,,,K5,,\nK7,Its child,,K5,,,\n"
                   "K8,A dealer,,,,,\nK9,Child and buyer,,K1,,K8,12.5\nK10,Own parent,leader,K10,,,\n")
        table = ("--customers", "c.csv")
        page = self.pages("K1", *table)
        self.pages("K5", *table)
        self.pages("K8", *table)
        self.pages("K10", *table)
        self.pages("K11", *table)
        alone = self.expect(0, "explain", "--model", "m.json", "--quiet", "--customer", "K1", *self.files).stdout.decode()
        self.assertNotEqual(page, alone)
        for rolled, top in (("K2", "K1"), ("K3", "K1"), ("K4", "K1"), ("K6", "K5"), ("K7", "K5"), ("K9", "K1")):
            asked = "asked for   %s, which counts as this customer\n" % rolled
            of_rolled, of_top = self.pages(rolled, *table, row=top), self.pages(top, *table)
            self.assertIn(asked, of_rolled)
            self.assertEqual(of_rolled.replace(asked, ""), of_top)

    def test_the_page_of_a_group_says_how_many_customers_it_stands_for(self):
        self.write("m.json", model(input={"transactions": dict(MAPPED), "customers": {
            "customer": "CustNo", "name": "Name", "parent": "Parent", "alias_of": "Alias"}}))
        self.write("c.csv", "CustNo,Name,Position,Parent,Alias\nK1,Top,leader,,\nK2,Middle,,K1,\nK3,Low,,K2,\n"
                   "K4,Same,leader,,\nK5,Other number,,,K4\nK6,Alone,,,\n")
        table = ("--customers", "c.csv")
        self.assertIn("customer    K1  Top\nstands for  3 customers\nas of ", self.pages("K1", *table))
        self.assertIn("customer    K1  Top\nasked for   K3, which counts as this customer\nstands for  3 customers\nas of ",
                      self.pages("K3", *table, row="K1"))
        self.assertIn("customer    K4  Same\nasked for   K5, which counts as this customer\nstands for  1 customer\nas of ",
                      self.pages("K5", *table, row="K4"))
        for alone in ("K4", "K6", "K11"):
            self.assertNotIn("stands for", self.pages(alone, *table))

    def test_whole_number_keys_are_found_by_their_digits_and_in_groups(self):
        self.write("m.json", model(input={"keys": "integer", "transactions": dict(MAPPED), "customers": {
            "customer": "CustNo", "name": "Name", "parent": "Parent"}}))
        for month in (1, 2, 3):
            self.write("t%d.csv" % month, lines(month, 40, 400, month).replace("\nK", "\n00"))
        self.write("c.csv", "CustNo,Name,Position,Parent\n0007,Seven,leader,\n0012,Twelve,,007\n13,Thirteen,,00012\n")
        os.unlink(self.path("l.crmv"))
        self.append("t1.csv", "t2.csv", "t3.csv")
        page = self.pages("7", "--customers", "c.csv")
        self.assertIn("7  Seven\nstands for  3 customers\n", page)
        self.assertEqual(self.pages("007", "--customers", "c.csv", row="7"), page)
        self.assertIn("asked for   0013, which counts as", self.pages("0013", "--customers", "c.csv", row="7"))
        self.pages("8", "--customers", "c.csv")

    def test_a_page_is_written_from_a_file_whose_other_customers_are_damaged(self):
        self.write("t1.csv", lines(1, 20000, 60000, 1))
        os.unlink(self.path("l.crmv"))
        self.append("t1.csv")
        page = ("explain", *self.on, "--quiet", "--customer", "K10001")
        good = self.expect(0, *page).stdout
        whole = self.bytes("l.crmv")
        survived = 0
        chance = random.Random(3)
        for _ in range(12):
            place = chance.randrange(len(whole) // 4, len(whole) * 3 // 4)
            self.write("l.crmv", whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
            ran = self.run_program(*page)
            self.assertIn(ran.returncode, (0, 1))
            if ran.returncode == 0:
                self.assertEqual(ran.stdout, good)
                survived += 1
            self.fails(1, ["crmvalue: l.crmv: "], "ledger", "info", *self.on)
        self.assertGreater(survived, 6)


if __name__ == "__main__":
    case.main()
