#!/usr/bin/python3
"""Receivables, events and rates of exchange: how they come in, what is told of them, and what their pages say.

    FILE PATH-OF-CRMVALUE [unittest's arguments]
"""

import json
import os

import case
from case import Case

ROLES = {
    "transactions": {"customer": "Customer", "date": "Day", "revenue": "Net", "cost": "Cost", "currency": "Cur"},
    "receivables": {"customer": "Customer", "amount": "Amount", "due": "Due", "paid": "Paid", "date": "Day",
                    "currency": "Cur"},
    "events": {"customer": "Customer", "date": "Day", "event": "What", "value": "Mark", "text": "Why"},
    "rates": {"currency": "Cur", "date": "Day", "rate": "Rate"},
}


def card(**changes):
    """A model of what is bought, owed and complained of; days look back a year."""
    made = {
        "crmvalue": 1, "money": {"currency": "EUR"}, "input": dict(ROLES), "window": {"months": 12},
        "finance_cost": {"yearly_rate": 0.06, "days_in_year": 360},
        "metrics": {
            "revenue": {"sum": "revenue", "scale": {"line": [[0, 0], [1000, 100]]}},
            "overdue_days": {"overdue": "days", "scale": {"bands": [{"points": 100}, {"from": 30, "points": 0}]}},
            "overdue_amount": {"overdue": "amount"}, "open": {"receivables": "open"},
            "complaints": {"event": ["complaint", "count"]}, "mark": {"event": ["survey", "last"]},
            "contribution": {"sum": "contribution"},
        },
        "indexes": {"score": {"weights": {"revenue": 50, "overdue_days": 50}}},
        "tiers": {"cuts": [["good", 50], ["other", None]]},
    }
    made.update(changes)
    return made


def without(made, *metrics):
    """The model less some of its metrics."""
    made["metrics"] = {name: one for name, one in made["metrics"].items() if name not in metrics}
    return made


class FeedCase(Case):
    def setUp(self):
        super().setUp()
        self.write("m.json", card())
        self.write("t.csv", "Customer,Day,Net,Cost,Cur\nA,2024-01-10,500.00,300.00,EUR\nB,2024-02-01,100.00,60.00,USD\n"
                   "A,2024-06-30,10.00,6.00,EUR\n")
        self.write("r.csv", "Customer,Amount,Due,Paid,Day,Cur\nA,500.00,2024-02-10,2024-03-11,2024-01-10,EUR\n"
                   "A,10.00,2024-06-20,,2024-05-20,EUR\nB,100.00,2024-03-01,,2024-02-01,USD\n")
        self.write("e.csv", "Customer,Day,What,Mark,Why\nA,2024-05-05,complaint,,late\nA,2024-05-06,complaint,,\n"
                   "B,2024-05-05,survey,4.5,\n")
        self.write("x.csv", "Cur,Day,Rate\nUSD,2024-01-31,0.9\nUSD,2024-02-05,0.95\n")
        self.fed = ("--model", "m.json", "--transactions", "t.csv", "--receivables", "r.csv", "--events", "e.csv",
                    "--rates", "x.csv")

    def scored(self, *arguments):
        """The report and the summary of a scoring."""
        ran = self.expect(0, "score", *(arguments or self.fed), "--out", "s.csv", "--report", "r.json")
        with open(self.path("r.json"), encoding="utf-8") as file:
            return json.load(file), ran.stderr.decode()

    def values(self, *arguments):
        return {row["customer"]: {key[6:]: value for key, value in row.items() if key.startswith("value_")}
                for row in self.table(*(arguments or self.fed), "--values")}


class Values(FeedCase):
    def test_metrics_of_all_feeds_are_there(self):
        values = self.values()
        self.assertEqual(values["A"], {"revenue": "510", "overdue_days": "10", "overdue_amount": "10", "open": "10",
                                       "complaints": "2", "mark": "", "contribution": "201.48"})
        # 500.00 for 30 days and 10.00 for 10 at 6 % of 360 days: 2.50 + 0.02 (0.01666...) = 2.5166..., so 204.00 - 2.52
        self.assertEqual(values["B"]["revenue"], "90")
        self.assertEqual(values["B"]["overdue_amount"], "90")
        self.assertEqual((values["B"]["complaints"], values["B"]["mark"]), ("0", "4.5"))

    def test_the_day_to_look_back_from_is_the_last_of_the_transactions(self):
        report, _ = self.scored()
        self.assertEqual((report["as_of"], report["as_of_asked"]), ("2024-06-30", False))

    def test_a_ledger_gives_the_same_scores_and_pages(self):
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", *self.fed)
        on = ("--model", "m.json", "--ledger", "l.crmv")
        self.assertEqual(self.values(*on), self.values())
        for customer in ("A", "B"):
            page = self.expect(0, "explain", *on, "--quiet", "--customer", customer).stdout.decode()
            self.assertEqual(page, self.expect(0, "explain", *self.fed, "--quiet", "--customer", customer).stdout.decode())
            self.assertRegex(page, r"\n  overdue amount +(10|90)\.00\n  open +(10|90)\.00\n")

    def test_an_erased_customer_leaves_with_receivables_and_events(self):
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", *self.fed)
        on = ("--ledger", "l.crmv", "--model", "m.json")
        ran = self.expect(0, "ledger", "erase", *on, "--customer", "A", "--report", "r.json")
        self.assertRegex(ran.stdout.decode(), r"^l\.crmv: customer \"A\" erased from 3 batches: \d+ customer-days, revenue "
                         r"510\.00 EUR, 2 events\n$")
        with open(self.path("r.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual((report["erased"]["due"], report["erased"]["events"], report["erased"]["batches"]),
                         ("510.00", 2, 3))
        self.assertEqual(report["receivables"]["totals"]["due"], "90.00")
        with open(self.path("l.crmv"), "rb") as file:
            data = file.read()
        self.assertNotIn(b"complaint", data)
        self.assertIn(b"survey", data)

    def test_one_file_can_be_two_feeds_and_is_one_batch(self):
        self.write("both.csv", "Customer,Day,Net,Cost,Cur,Amount,Due,Paid\n"
                   "A,2024-01-10,500.00,300.00,EUR,595.00,2024-02-10,2024-03-11\nA,2024-06-30,1.00,1.00,EUR,1.19,2024-07-30,\n")
        self.write("m.json", without(card(), "complaints", "mark"))
        fed = ("--model", "m.json", "--transactions", "both.csv", "--receivables", "both.csv")
        self.assertEqual(self.values(*fed)["A"]["open"], "1.19")
        ran = self.expect(0, "ledger", "append", "--ledger", "l.crmv", *fed)
        self.assertIn("batch \"both.csv\" added: 4 rows, 4 used; 1 customer, ", ran.stdout.decode())


class Told(FeedCase):
    def test_each_feed_has_its_rows_files_and_what_was_set_aside_with_lines(self):
        self.write("r.csv", "Customer,Amount,Due,Paid,Day,Cur\nA,500.00,2024-02-10,2024-03-11,2024-01-10,EUR\n"
                   "A,1O.00,2024-06-20,,2024-05-20,EUR\n\nB,100.00,never,,2024-02-01,EUR\n" + "A,1,2024-01-01,,,EUR\n" * 20)
        self.write("e.csv", "Customer,Day,What,Mark,Why\nA,2024-05-05,complaint,,late\nA,2024-05-06,,,\n" +
                   "B,2024-05-05,survey,4.5,\n" * 20)
        report, text = self.scored()
        self.assertIn("transactions: 3 rows in, 3 used, 0 set aside; revenue used 600.00 EUR\n", text)
        self.assertIn("receivables:  23 rows in, 21 used, 2 set aside", text)
        self.assertIn("events:       22 rows in, 21 used, 1 set aside\n", text)
        self.assertRegex(text, r"bad amount +1 +row .*Amount \"1O\.00\" +r\.csv line 3\n")
        self.assertRegex(text, r"bad date +1 +row +amount 100\.00 EUR +Due \"never\" +r\.csv line 5\n")
        self.assertRegex(text, r"\n  [a-z ]*event[a-z ]* +1 +row .*e\.csv line 3\n")
        self.assertEqual(report["receivables"]["files"], [{"name": "r.csv", "rows": 23}])
        self.assertEqual((report["events"]["rows"], report["events"]["accepted"]), (22, 21))
        self.assertEqual({(one["file"], *one["lines"]) for one in report["receivables"]["set_aside"]},
                         {("r.csv", 3), ("r.csv", 5)})
        self.assertEqual([one["lines"] for one in report["events"]["set_aside"]], [[3]])
        self.assertEqual(report["transactions"]["set_aside"], [])

    def test_feeds_of_one_batch_have_their_lines_each(self):
        self.write("r.csv", "Customer,Amount,Due,Paid,Day,Cur\nA,5.00,2024-02-10,,2024-01-10,EUR\nA,5,never,,,EUR\n")
        self.write("s.csv", "Customer,Amount,Due,Paid,Day,Cur\nA,5.00,2024-02-10,,2024-01-10,EUR\nA,x,2024-01-01,,,EUR\n")
        self.write("e.csv", "Customer,Day,What,Mark,Why\nA,2024-05-05,survey,1,\nA,2024-05-06,survey,1,\nA,zz,survey,,\n")
        ran = self.expect(0, "ledger", "append", "--ledger", "l.crmv", *self.fed, "--receivables", "s.csv", "--batch", "day")
        text = ran.stderr.decode()
        self.assertIn("receivables:  4 rows in, 2 used, 2 set aside", text)
        self.assertRegex(text, r"bad date +1 +row .* r\.csv line 3\n")
        self.assertRegex(text, r"bad amount +1 +row .* s\.csv line 3\n")
        self.assertRegex(text, r"bad date +1 +row .* e\.csv line 4\n")

    def test_conversions_are_told_with_the_days_of_their_rates(self):
        report, text = self.scored()
        self.assertIn("\nconverted:    USD 200.00 in 2 rows are 180.00 EUR, at the rate of 2024-01-31, at most 1 day old\n", text)
        self.assertEqual(len(report["conversions"]), 2)
        self.assertEqual(report["conversions"][0], {
            "batch": "t.csv", "currency": "USD", "rows": 1, "before": "100.00", "after": "90.00",
            "first_rate": "2024-01-31", "last_rate": "2024-01-31", "oldest_rate_days": 1})
        self.expect(0, "ledger", "append", "--ledger", "l.crmv", *self.fed, "--batch", "half a year")
        text = self.expect(0, "ledger", "info", "--ledger", "l.crmv", "--model", "m.json").stdout.decode()
        self.assertIn("converted:    USD 200.00 in 2 rows are 180.00 EUR, at the rate of 2024-01-31", text)

    def test_without_a_rate_a_row_of_another_currency_is_set_aside(self):
        _, text = self.scored(*self.fed[:-2])
        self.assertRegex(text, r"currency +1 +row +revenue 100\.00 USD .*t\.csv line 3\n")
        self.write("x.csv", "Cur,Day,Rate\nUSD,2024-02-05,0.95\n")
        _, text = self.scored()
        self.assertRegex(text, r"no rate of exchange +1 +row +revenue 100\.00 USD .*t\.csv line 3\n")

    def test_contribution_is_a_column_where_it_is_not_the_gross_profit(self):
        report, text = self.scored()
        self.assertIn("\nRevenue, gross profit and contribution of the last 12 months\n", text)
        self.assertRegex(text, r"tier +customers +revenue +gross profit +contribution +mean score")
        self.assertEqual((report["all"]["gross_profit"], report["all"]["contribution"]), ("240.00", "235.66"))
        self.write("m.json", without(card(), "overdue_days", "overdue_amount", "open", "complaints", "mark")
                   | {"indexes": {"score": {"weights": {"revenue": 1}}}})
        _, text = self.scored(*self.fed[:4])
        self.assertNotIn("contribution", text)

    def test_every_key_of_the_report_is_in_its_help(self):
        text = self.expect(0, "help", "report").stdout.decode()
        report, _ = self.scored()
        for part in ("receivables", "events"):
            for key in (*report[part], *report[part].get("totals", ())):
                self.assertRegex(text, r"\b%s\b" % key)
        for key in report["conversions"][0]:
            self.assertRegex(text, r"\b%s\b" % key)
        self.assertEqual(report["receivables"]["totals"], {"invoiced": "600.00", "collected": "500.00", "due": "600.00",
                                                           "settled": "500.00"})


class Read(FeedCase):
    def test_each_feed_is_read_as_its_own_settings_say(self):
        made = card()
        made["input"] = dict(ROLES, encoding="windows-1252", delimiter=";", decimal=",", dates="dd.mm.yyyy",
                             transactions=dict(ROLES["transactions"], encoding="UTF-8", delimiter=",", decimal=".",
                                               dates="yyyy-mm-dd"))
        made["metrics"]["cause"] = {"event": ["K\u00fcndigung", "count"]}
        self.write("m.json", made)
        self.write("r.csv", "Customer;Amount;Due;Paid;Day;Cur\nA;500,00;10.02.2024;11.03.2024;10.01.2024;EUR\n"
                   "A;10,00;20.06.2024;;20.05.2024;EUR\n", encoding="windows-1252")
        self.write("e.csv", "Customer;Day;What;Mark;Why\nA;05.05.2024;K\u00fcndigung;4,5;\u00c4rger\n", encoding="windows-1252")
        self.write("x.csv", "Cur;Day;Rate\nUSD;31.01.2024;0,9\n", encoding="windows-1252")
        values = self.values()
        self.assertEqual((values["A"]["open"], values["A"]["overdue_days"], values["A"]["cause"]), ("10", "10", "1"))
        self.assertEqual((values["A"]["revenue"], values["B"]["revenue"]), ("510", "90"))

    def test_a_feed_that_is_not_mapped_bears_the_roles_own_names(self):
        made = without(card(), "open", "mark")
        made["input"] = {"transactions": ROLES["transactions"]}
        self.write("m.json", made)
        self.write("r.csv", "customer,amount,due\nA,10.00,2024-06-20\n")
        self.write("e.csv", "customer,date,event\nA,2024-05-05,complaint\n")
        self.write("x.csv", "currency,date,rate\nUSD,2024-01-31,0.9\n")
        self.assertEqual(self.values()["A"]["overdue_amount"], "10")
        for feed, name in (("r.csv", "amount"), ("e.csv", "event"), ("x.csv", "currency")):
            with open(self.path(feed), encoding="utf-8") as file:
                text = file.read()
            self.write(feed, text.replace(name, name + "s", 1))
            self.fails(1, [f"{feed}: line 1: no column \"{name}\" in the header", f"the nearest is \"{name}s\""], "score",
                       *self.fed)
            self.write(feed, text)
        self.write("r.csv", "customer,amount,due,piad\nA,10.00,2024-06-20,2024-06-21\n")
        self.fails(1, ["r.csv: ", "piad"], "score", *self.fed)

    def test_a_mapped_column_that_is_missing_is_named_with_its_place_in_the_model(self):
        self.write("r.csv", "Customer,Amount,Due,Payed,Day,Cur\nA,1,2024-01-01,,,\n")
        self.fails(1, ["r.csv: line 1: no column \"Paid\"", "input.receivables.paid", "the nearest is \"Payed\""], "score",
                   *self.fed)

    def test_a_broken_file_is_told_with_its_line(self):
        for name, option in (("r.csv", "--receivables"), ("e.csv", "--events"), ("x.csv", "--rates")):
            with open(self.path(name), encoding="utf-8") as file:
                text = file.read()
            self.write(name, text + "too,few\n")
            self.fails(1, [f"{name}: line {text.count(chr(10)) + 1}: "], "score", *self.fed)
            os.unlink(self.path(name))
            self.fails(1, [f"{name}: cannot be opened"], "score", *self.fed)
            self.write(name, text)
            self.fails(2, [f"{option} {name} is the same file as {option} {name}"], "score", *self.fed, option, name)

    def test_a_rate_that_cannot_be_used_is_told_with_its_line_and_nothing_is_scored(self):
        for rate in ("-1", "0", "much", ""):
            self.write("x.csv", "Cur,Day,Rate\nUSD,2024-01-31,0.9\n\nUSD,2024-02-05,%s\n" % rate)
            self.fails(1, ["x.csv: line 4: "], "score", *self.fed)

    def test_rates_alone_have_nothing_to_convert(self):
        self.fails(2, ["--rates has nothing to convert"], "score", "--model", "m.json", "--rates", "x.csv", "--customers",
                   "t.csv")

    def test_more_than_a_tenth_of_a_feed_is_warned_of_and_a_run_of_nothing_usable_fails(self):
        self.write("e.csv", "Customer,Day,What,Mark,Why\nA,2024-05-05,survey,1,\nA,never,complaint,,\n")
        ran = self.expect(0, "score", *self.fed, "--quiet", "--out", "s.csv")
        self.assertEqual(ran.stderr.decode(), "warning: e.csv: 1 of 2 rows could not be used\n")
        self.write("e.csv", "Customer,Day,What,Mark,Why\nA,never,complaint,,\n")
        self.fails(1, ["e.csv: none of 1 row could be used"], "ledger", "append", "--ledger", "l.crmv", "--model", "m.json",
                   "--events", "e.csv")
        self.assertFalse(os.path.exists(self.path("l.crmv")))


if __name__ == "__main__":
    case.main()
