#include "model_texts.h"

#include <stdio.h>

/* A broken model: what parsing it returns, the place that it names, and a part of the message. */
typedef struct broken {
    const char *text;
    int32_t status;
    const char *place;
    const char *message;
} broken;

enum { SYNTAX = CRMV_BAD_SYNTAX, BAD = CRMV_BAD_MODEL };

static const broken syntax[] = {
    {"", SYNTAX, "", "expected a value, found the end of the text"},
    {"   \n\t ", SYNTAX, "", "found the end of the text"},
    {"{", SYNTAX, "", "expected a key in quotes, found the end of the text"},
    {"{'crmvalue' 1}", SYNTAX, "", "expected \":\" behind a key"},
    {"{'crmvalue': 1,}", SYNTAX, "", "expected a key in quotes, found \"}\""},
    {"{'crmvalue': 1 'metrics': {}}", SYNTAX, "", "expected \",\" or \"}\""},
    {"{'crmvalue': [1, 2}", SYNTAX, "", "expected \",\" or \"]\", found \"}\""},
    {"{'crmvalue': 01}", SYNTAX, "", "expected \",\" or \"}\", found \"1\""},
    {"{'crmvalue': 1.}", SYNTAX, "", "expected a digit"},
    {"{'crmvalue': .5}", SYNTAX, "", "expected a value"},
    {"{'crmvalue': 1e+}", SYNTAX, "", "expected a digit"},
    {"{'crmvalue': -}", SYNTAX, "", "expected a digit"},
    {"{'crmvalue': nan}", SYNTAX, "", "expected a value, found \"n\""},
    {"{'crmvalue': Infinity}", SYNTAX, "", "expected a value"},
    {"{'crmvalue': 1} x", SYNTAX, "", "nothing behind the closing brace"},
    {"{'crmvalue': 1}{}", SYNTAX, "", "nothing behind the closing brace"},
    {"{'crmvalue': 1, 'name': 'abc", SYNTAX, "", "closing quote"},
    {"{'crmvalue': 1, 'name': 'ab\nc'}", SYNTAX, "", "closing quote of a string, found the end of the line"},
    {"{'crmvalue': 1, 'name': '\\x'}", SYNTAX, "", "behind a backslash"},
    {"{'crmvalue': 1, 'name': '\\u12g4'}", SYNTAX, "", "four hexadecimal digits"},
    {"{'crmvalue': 1, 'name': '\\ud800'}", SYNTAX, "", "half of a surrogate pair"},
    {"{'crmvalue': 1, 'name': '\\udc00\\ud800'}", SYNTAX, "", "half of a surrogate pair"},
    {"{'crmvalue': 1, 'name': '\\u0000'}", SYNTAX, "", "NUL"},
    {"{'crmvalue': 1, 'name': '\xC3('}", SYNTAX, "", "not valid UTF-8"},
    {"{'crmvalue': 1, 'name': '\xED\xA0\x80'}", SYNTAX, "", "not valid UTF-8"},
    {"{\xC3\xA4: 1}", SYNTAX, "", "found a character that is not ASCII"},
    {"// comment", SYNTAX, "", "expected a value, found \"/\""},
};

static const broken top[] = {
    {"[]", BAD, "", "expected an object, found an array"},
    {"17", BAD, "", "expected an object, found 17"},
    {"'text'", BAD, "", "expected an object, found \"text\""},
    {"null", BAD, "", "expected an object, found null"},
    {"{'metrics': {}}", BAD, "", "the key \"crmvalue\" is required"},
    {"{'crmvalue': 1}", BAD, "", "the key \"metrics\" is required"},
    {"{'crmvalue': 2, 'metrics': {}}", BAD, "crmvalue", "reads version 1 of the format, found version 2"},
    {"{'crmvalue': '1', 'metrics': {}}", BAD, "crmvalue", "expected a whole number, found \"1\""},
    {"{'crmvalue': 1.5, 'metrics': {}}", BAD, "crmvalue", "expected a whole number, found 1.5"},
    {"{'crmvalue': 1, 'metrics': {}, 'metrics': {}}", BAD, "metrics", "given twice"},
    {CARD("'sum': 'revenue', 'scale': {'bands': [{'points': 1}], 'bands': []}"), BAD, "metrics.a.scale.bands",
     "given twice"},
    {MODEL("'metrics': {}, 'tears': {}"), BAD, "tears", "unknown key \"tears\"; did you mean \"tiers\"?"},
    {MODEL("'metrics': {}, 'qqqqqqqq': 1"), BAD, "qqqqqqqq",
     "known: crmvalue, name, money, input, calendar, finance_cost, window, population, outcomes, lifetimes, metrics, "
     "indexes, unrated, tiers, segments, rules"},
    {MODEL("'metrics': []"), BAD, "metrics", "expected an object, found an array"},
    {MODEL("'metrics': {}, 'name': ''"), BAD, "name", "found an empty one"},
    {MODEL("'metrics': {}, 'population': 'everyone'"), BAD, "population", "unknown population"},
    {MODEL("'metrics': {}, 'x': 1e999"), BAD, "x", "too large"},
    {MODEL("'metrics': {}, 'indexes': {'a': {'weights': {'b': 1e300}}}"), BAD, "indexes.a.weights.b", "too large"},
};

static const broken feeds[] = {
    {MODEL("'metrics': {}, 'money': {'decimals': 10}"), BAD, "money.decimals",
     "expected a whole number from 0 to 9, found 10"},
    {MODEL("'metrics': {}, 'money': {'decimals': -1}"), BAD, "money.decimals", "found -1"},
    {MODEL("'metrics': {}, 'money': {'decimals': 9999999999999999999}"), BAD, "money.decimals",
     "expected a whole number"},
    {MODEL("'metrics': {}, 'money': {'currency': 'sixteen bytes ok'}"), BAD, "money.currency", "1 to 15 bytes"},
    {MODEL("'metrics': {}, 'input': {'delimiter': ';;'}"), BAD, "input.delimiter", "one ASCII character"},
    {MODEL("'metrics': {}, 'input': {'decimal': ';'}"), BAD, "input.decimal", "expected \".\" or \",\", found \";\""},
    {MODEL("'metrics': {}, 'input': {'thousands': '_'}"), BAD, "input.thousands", "found \"_\""},
    {MODEL("'metrics': {}, 'input': {'decimal': ',', 'thousands': ','}"), BAD, "input", "cannot be both"},
    {MODEL("'metrics': {}, 'input': {'decimal': ',', 'customers': {'customer': 'k', 'thousands': ','}}"), BAD,
     "input.customers", "cannot be both"},
    {MODEL("'metrics': {}, 'input': {'negative': 'trailling'}"), BAD, "input.negative", "did you mean \"trailing\"?"},
    {MODEL("'metrics': {}, 'input': {'dates': 'yyyy-mm'}"), BAD, "input.dates", "date format"},
    {MODEL("'metrics': {}, 'input': {'keys': 'whole'}"), BAD, "input.keys", "known: text, integer"},
    {MODEL("'metrics': {}, 'input': {'missing': [1]}"), BAD, "input.missing[0]", "expected a text, found 1"},
    {MODEL("'metrics': {}, 'input': {'transactions': {'date': 'd'}}"), BAD, "input.transactions",
     "\"customer\" is required"},
    {MODEL("'metrics': {}, 'input': {'transactions': {'customer': 'c', 'date': 'd', 'revenu': 'r'}}"), BAD,
     "input.transactions.revenu", "did you mean \"revenue\"?"},
    {MODEL(
         "'metrics': {}, 'input': {'transactions': {'customer': 'c', 'date': 'd', 'revenue': 'r', 'unit_price': 'p'}}"),
     BAD, "input.transactions.unit_price", "`revenue` or `unit_price`, not both"},
    {MODEL("'metrics': {}, 'input': {'transactions': {'customer': 'c', 'date': 'd', 'unit_cost': 'u', 'gross_profit': "
           "'g'}}"),
     BAD, "input.transactions.gross_profit", "`unit_cost` or `gross_profit`, not both"},
    {MODEL("'metrics': {}, 'input': {'transactions': {'customer': 'c', 'date': 'd', 'kinds': {'I': 'sale'}}}"), BAD,
     "input.transactions.kinds", "needs the column"},
    {MODEL("'metrics': {}, 'input': {'transactions': {'customer': 'c', 'date': 'd', 'kind': 'k', 'kinds': {'I': "
           "'sales'}}}"),
     BAD, "input.transactions.kinds.I", "did you mean \"sale\"?"},
    {MODEL("'metrics': {}, 'input': {'transactions': {'customer': 'c', 'date': 'd', 'amounts': 'magnitudes'}}"), BAD,
     "input.transactions.amounts", "amounts carry their sign"},
    {MODEL("'metrics': {}, 'input': {'customers': {'name': 'n'}}"), BAD, "input.customers", "\"customer\" is required"},
};

static const broken windows[] = {
    {MODEL("'window': {}, 'metrics': {}"), BAD, "window", "found none of them"},
    {MODEL("'window': {'days': 1, 'months': 1}, 'metrics': {}"), BAD, "window.months", "found two of them"},
    {MODEL("'window': {'days': 0}, 'metrics': {}"), BAD, "window.days", "from 1 to 3652059, found 0"},
    {MODEL("'window': {'months': 1.5}, 'metrics': {}"), BAD, "window.months", "expected a whole number, found 1.5"},
    {MODEL("'window': {'from': '2024-01-01'}, 'metrics': {}"), BAD, "window", "go together"},
    {MODEL("'window': {'from': '2024-02-30', 'to': '2024-03-01'}, 'metrics': {}"), BAD, "window.from",
     "expected a date such as \"2024-12-31\", found \"2024-02-30\""},
    {MODEL("'window': {'from': '2024-02-01', 'to': '2024-01-31'}, 'metrics': {}"), BAD, "window.to", "before `from`"},
    {MODEL("'window': 'everything', 'metrics': {}"), BAD, "window", "an object or \"all\""},
};

static const broken cards[] = {
    {METRICS("'a': 1"), BAD, "metrics.a", "expected an object, found 1"},
    {METRICS("'': {'sum': 'revenue'}"), BAD, "metrics[\"\"]", "cannot be empty"},
    {METRICS("'tier': {'sum': 'revenue'}"), BAD, "metrics.tier", "a column of the result"},
    {METRICS("'points_a': {'sum': 'revenue'}"), BAD, "metrics.points_a", "a column of the result"},
    {METRICS("'score': {'sum': 'revenue'}"), BAD, "metrics.score", "the name of an index"},
    {CARD(""), BAD, "metrics.a", "needs an operator"},
    {CARD("'sum': 'revenue', 'mean': 'revenue'"), BAD, "metrics.a.mean", "found `sum` and `mean`"},
    {CARD("'sum': 'revenu'"), BAD, "metrics.a.sum", "unknown measure \"revenu\"; did you mean \"revenue\"?"},
    {CARD("'sum': []"), BAD, "metrics.a.sum", "at least one text"},
    {CARD("'sum': ['revenue', 'revenue']"), BAD, "metrics.a.sum[1]", "given twice"},
    {CARD("'sum': ['revenue', 'quantity']"), BAD, "metrics.a.sum", "cannot be added up"},
    {CARD("'sum': ['revenue', 7]"), BAD, "metrics.a.sum[1]", "expected a text, found 7"},
    {METRICS("'a b': {'sum': 7}"), BAD, "metrics[\"a b\"].sum", "expected an array or a text, found 7"},
    {CARD("'count': 'line'"), BAD, "metrics.a.count", "did you mean \"lines\"?"},
    {CARD("'recency': 'hours'"), BAD, "metrics.a.recency", "unknown unit of time"},
    {CARD("'gap': 'median'"), BAD, "metrics.a.gap", "unknown gap"},
    {CARD("'return_rate': 'cost'"), BAD, "metrics.a.return_rate", "known: revenue, quantity"},
    {CARD("'since': 'Born'"), BAD, "metrics.a", "needs a unit of time"},
    {CARD("'sum': 'revenue', 'in': 'days'"), BAD, "metrics.a.in", "`sum` takes no `in`"},
    {CARD("'attribute': 'A', 'window': {'days': 3}"), BAD, "metrics.a.window", "`attribute` takes no `window`"},
    {CARD("'since': 'A', 'in': 'days', 'window': 'all'"), BAD, "metrics.a.window", "`since` takes no `window`"},
    {CARD("'mean': 'revenue', 'per': 'year'"), BAD, "metrics.a.per", "`mean` takes no `per`"},
    {CARD("'sum': 'revenue', 'per': 'month'"), BAD, "metrics.a.per", "expected \"year\", found \"month\""},
    {CARD("'growth': 'revenue'"), BAD, "metrics.a", "`growth` needs a window"},
    {MODEL("'window': {'days': 9}, 'metrics': {'a': {'growth': 'revenue', 'window': 'all'}}"), BAD, "metrics.a.window",
     "`growth` needs a window"},
    {CARD("'sum': 'revenue', 'minimum_coverage': 50"), BAD, "metrics.a.minimum_coverage", "goes with cost"},
    {CARD("'sum': 'cost', 'minimum_coverage': 101"), BAD, "metrics.a.minimum_coverage",
     "expected a number from 0 to 100, found 101"},
    {CARD("'sum': 'revenue', 'better': 'more'"), BAD, "metrics.a.better", "known: higher, lower"},
    {CARD("'sum': 'revenue', 'missing': 'worst'"), BAD, "metrics.a.missing", "earns no points"},
    {CARD("'sum': 'revenue', " LINE ", 'missing': 'ignore'"), BAD, "metrics.a.missing", "unknown way"},
    {CARD("'sum': 'revenue', " LINE ", 'missing': {}"), BAD, "metrics.a.missing", "\"points\" is required"},
    {CARD("'share': ['a']"), BAD, "metrics.a.share", "expected two metrics, found 1 items"},
    {METRICS("'revenue_a': {'sum': 'revenue'}, 'r': {'share': ['revenue_a', 'revenue_b']}"), BAD, "metrics.r.share[1]",
     "unknown metric \"revenue_b\"; did you mean \"revenue_a\"?"},
    {METRICS("'a': {'ratio': ['b', 'c']}, 'b': {'sum': 'cost'}, 'c': {'difference': ['b', 'a']}"), BAD, "metrics.a",
     "a cycle: a -> c -> a"},
    {CARD("'share': ['a', 'a']"), BAD, "metrics.a", "a cycle: a -> a"},
    {METRICS("'c': {'attribute': 'C', 'scale': {'categories': {'x': 1}}}, 'a': {'ratio': ['a', 'c']}"), BAD,
     "metrics.a.ratio[1]", "\"c\" is a category"},
    {METRICS("'a': {'attribute': 'X'}, 'b': {'since': 'X', 'in': 'days'}"), BAD, "metrics.b.since",
     "cannot be both a date and an attribute"},
    {MODEL("'input': {'customers': {'customer': 'Id', 'since': 'First'}}, 'metrics': {'a': {'attribute': 'First'}}"),
     BAD, "metrics.a.attribute", "cannot be both a date and an attribute"},
    {MODEL("'input': {'customers': {'customer': 'Id', 'name': 'Title'}}, 'metrics': {'a': {'attribute': 'name'}}"), BAD,
     "metrics.a.attribute", "maps it to the column \"Title\""},
};

static const broken scales[] = {
    {SCALE(""), BAD, "metrics.a.scale", "found none of them"},
    {SCALE("'line': [[0, 0], [1, 1]], 'bands': [{'points': 1}]"), BAD, "metrics.a.scale.line", "found two of them"},
    {SCALE("'bands': []"), BAD, "metrics.a.scale.bands", "at least one band"},
    {SCALE("'bands': [{'from': 1}]"), BAD, "metrics.a.scale.bands[0]", "\"points\" is required"},
    {SCALE("'bands': [{'points': 1}, {'points': 2}]"), BAD, "metrics.a.scale.bands[1]", "only the lowest band"},
    {SCALE("'bands': [{'points': 1}, {'from': 3, 'points': 2}, {'from': 3.0, 'points': 4}]"), BAD,
     "metrics.a.scale.bands[2].from", "another band begins at 3 too"},
    {SCALE("'bands': [{'from': 3, 'to': 3, 'points': 2}]"), BAD, "metrics.a.scale.bands[0].to", "must lie above"},
    {SCALE("'bands': [{'points': 0.1234567}]"), BAD, "metrics.a.scale.bands[0].points",
     "0.1234567 has more than six decimals"},
    {SCALE("'bands': [{'points': 1000000.5}]"), BAD, "metrics.a.scale.bands[0].points",
     "expected a number from -1000000 to 1000000, found 1000000.5"},
    {SCALE("'bands': [{'points': -1000001}]"), BAD, "metrics.a.scale.bands[0].points", "found -1000001"},
    {SCALE("'bands': [{'points': '5'}]"), BAD, "metrics.a.scale.bands[0].points", "expected a number, found \"5\""},
    {SCALE("'line': [[0, 0]]"), BAD, "metrics.a.scale.line", "at least two knots, found 1"},
    {SCALE("'line': [[0, 0], [5, 1], [5, 2]]"), BAD, "metrics.a.scale.line[2][0]", "must lie above 5"},
    {SCALE("'line': [[0, 0], [1, true]]"), BAD, "metrics.a.scale.line[1][1]", "expected a number, found true"},
    {SCALE("'line': [[0, 0], [1, 2, 3]]"), BAD, "metrics.a.scale.line[1]", "found 3 items"},
    {SCALE("'line': [[0, 0], {}]"), BAD, "metrics.a.scale.line[1]", "expected an array, found an object"},
    {SCALE("'categories': {'x': 1}"), BAD, "metrics.a.scale", "`categories` are for attributes"},
    {SCALE("'line': [[0, 0], [1, 1]], 'other': 4"), BAD, "metrics.a.scale.other", "goes with `categories`"},
    {CARD("'attribute': 'A', 'scale': {'categories': {}}"), BAD, "metrics.a.scale.categories", "at least one category"},
    {CARD("'attribute': 'A', 'scale': {'categories': {'other': 1}, 'other': 2}"), BAD, "metrics.a.scale.other",
     "already"},
    {CARD("'attribute': 'A', 'scale': {'categories': {'x-large': 'many'}}"), BAD, "metrics.a.scale.categories.x-large",
     "expected a number"},
};

static const broken indexes[] = {
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'a': {'weights': {'a': 1}}}"), BAD, "indexes.a",
     "cannot share the name \"a\""},
    {BESIDE("'segments': {'score': {'cases': [{'is': 'x'}]}}"), BAD, "segments.score", "the name of an index"},
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'i': {}}"), BAD, "indexes.i", "found neither"},
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'i': {'add': ['a'], 'weights': {'a': 1}}}"), BAD,
     "indexes.i", "found both"},
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'i': {'weights': {}}}"), BAD, "indexes.i.weights",
     "at least one member"},
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'i': {'weights': {'a': -1}}}"), BAD,
     "indexes.i.weights.a", "from 0 to 1000000, found -1"},
    {MODEL("'metrics': {'apple': {'sum': 'cost', " LINE "}}, 'indexes': {'i': {'weights': {'aple': 1}}}"), BAD,
     "indexes.i.weights.aple", "unknown metric or index \"aple\"; did you mean \"apple\"?"},
    {MODEL("'metrics': {'a': {'sum': 'cost'}}, 'indexes': {'i': {'weights': {'a': 1}}}"), BAD, "indexes.i.weights.a",
     "\"a\" has no scale"},
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'i': {'add': ['a', 'a']}}"), BAD,
     "indexes.i.add[1]", "added twice"},
    {MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'current': {'weights': {'a': 1, 'score': 1}}, "
           "'score': {'add': ['current']}}"),
     BAD, "indexes.current", "a cycle: current -> score -> current"},
    {MODEL("'metrics': {}, 'tiers': {'cuts': [['x', null]]}"), BAD, "tiers", "needs the index `score`"},
    {MODEL("'metrics': {}, 'unrated': {'coverage_below': 50}"), BAD, "unrated", "needs the index `score`"},
    {BESIDE("'unrated': {'tenure_below': {'from': '2024-01-01', 'to': '2024-12-31'}}"), BAD,
     "unrated.tenure_below.from", "unknown key"},
    {BESIDE("'unrated': {'coverage_below': 100.5}"), BAD, "unrated.coverage_below", "from 0 to 100"},
    {BESIDE("'tiers': {'cuts': []}"), BAD, "tiers.cuts", "at least one tier"},
    {BESIDE("'tiers': {'cuts': [['a', 1]]}"), BAD, "tiers.cuts[0][1]", "null, as the last tier"},
    {BESIDE("'tiers': {'cuts': [['a', null], ['b', null]]}"), BAD, "tiers.cuts[0][1]", "expected a number, found null"},
    {BESIDE("'tiers': {'cuts': [['a', 5], ['b', 5], ['c', null]]}"), BAD, "tiers.cuts[1][1]", "must lie below 5"},
    {BESIDE("'tiers': {'cuts': [['a', 5], ['a', null]]}"), BAD, "tiers.cuts[1][0]", "two tiers are called \"a\""},
    {BESIDE("'tiers': {'cuts': [['a']]}"), BAD, "tiers.cuts[0]", "found 1 items"},
};

#define GRID(members) BESIDE("'segments': {'g': {'grid': {" members "}}}")
#define CASES(cases) BESIDE(TIERS ", 'segments': {'s': {'cases': [" cases "]}}")
#define RULE(rule) BESIDE(TIERS ", 'rules': [{" rule "}]")

static const broken segments[] = {
    {BESIDE("'segments': {'g': {}}"), BAD, "segments.g", "one of `grid`, `cases`, `by`, found none of them"},
    {GRID("'rows': 'a', 'columns': 'b', 'cuts': [[1], [1]]"), BAD, "segments.g.grid", "\"names\" is required"},
    {GRID("'rows': 'a', 'columns': 'b', 'cuts': [[1], [1]], 'names': [['x', 'y']]"), BAD, "segments.g.grid.cuts[0]",
     "1 cuts need 2 rows of names, found 1"},
    {GRID("'rows': 'a', 'columns': 'b', 'cuts': [[1], [1]], 'names': [['x', 'y'], ['z']]"), BAD,
     "segments.g.grid.names[1]", "the first row has 2 names, this one 1"},
    {GRID("'rows': 'a', 'columns': 'b', 'cuts': [[1], [1, 2]], 'names': [['x', 'y'], ['z', 'w']]"), BAD,
     "segments.g.grid.cuts[1]", "2 cuts need 3 columns of names, found 2"},
    {GRID("'rows': 'a', 'columns': 'b', 'cuts': [[2, 1], [1]], 'names': [['x', 'y'], ['z', 'w'], ['u', 'v']]"), BAD,
     "segments.g.grid.cuts[0][1]", "must lie above 2"},
    {GRID("'rows': 'a', 'columns': 'b', 'cuts': [[1]], 'names': [['x', 'y'], ['z', 'w']]"), BAD, "segments.g.grid.cuts",
     "found 1 items"},
    {GRID("'rows': 'a', 'columns': 'c', 'cuts': [[1], [1]], 'names': [['x', 'y'], ['z', 'w']]"), BAD,
     "segments.g.grid.columns", "\"c\" is a category"},
    {GRID("'rows': 'a', 'columns': 'zzzz', 'cuts': [[1], [1]], 'names': [['x', 'y'], ['z', 'w']]"), BAD,
     "segments.g.grid.columns", "unknown metric or index \"zzzz\""},
    {GRID("'rows': 'a', 'columns': 'score', 'cuts': [[1], [0.0000001]], 'names': [['x', 'y'], ['z', 'w']]"), BAD,
     "segments.g.grid.cuts[1][0]", "more than six decimals"},
    {CASES(""), BAD, "segments.s.cases", "at least one case"},
    {CASES("{'when': {}}"), BAD, "segments.s.cases[0]", "\"is\" is required"},
    {CASES("{'is': 'x', 'when': {'revenue': {'below': 1}}}"), BAD, "segments.s.cases[0].when.revenue",
     "unknown metric, index or segment \"revenue\""},
    {CASES("{'is': 'x', 'when': {'tier': {'is': 'gold'}}}"), BAD, "segments.s.cases[0].when.tier", "only rules"},
    {CASES("{'is': 'x', 'when': {'a': {}}}"), BAD, "segments.s.cases[0].when.a", "needs a test"},
    {CASES("{'is': 'x', 'when': {'a': {'is': 'big'}}}"), BAD, "segments.s.cases[0].when.a.is", "\"a\" is a number"},
    {CASES("{'is': 'x', 'when': {'c': {'is': 'bigg'}}}"), BAD, "segments.s.cases[0].when.c.is",
     "unknown label \"bigg\"; did you mean \"big\"?"},
    {CASES("{'is': 'x', 'when': {'c': {'is': ['big', 'none']}}}"), BAD, "segments.s.cases[0].when.c.is[1]",
     "known: big, small, other"},
    {CASES("{'is': 'x', 'when': {'c': {'above': 1}}}"), BAD, "segments.s.cases[0].when.c.above",
     "no number but a name"},
    {CASES("{'is': 'x', 'when': {'a': {'at_leest': 1}}}"), BAD, "segments.s.cases[0].when.a.at_leest",
     "did you mean \"at_least\"?"},
    {CASES("{'is': 'x', 'when': {'a': {'missing': 1}}}"), BAD, "segments.s.cases[0].when.a.missing",
     "expected true or false, found 1"},
    {CASES("{'is': 'x', 'when': {'s': {'is': 'x'}}}"), BAD, "segments.s", "a cycle: s -> s"},
    {MODEL("'metrics': {}, 'segments': {'s': {'cases': [{'is': 'x', 'when': {'coverage': {'below': 1}}}]}}"), BAD,
     "segments.s.cases[0].when.coverage", "needs the index `score`"},
    {RULE("'when': {'a': {'below': 1}}, 'then': {'flag': true}"), BAD, "rules[0]", "\"name\" is required"},
    {RULE("'name': 'r', 'when': {'a': {'below': 1}}, 'then': {}"), BAD, "rules[0].then", "needs an effect"},
    {RULE("'name': 'r', 'when': {'a': {'below': 1}}, 'then': {'cap': 'golden'}"), BAD, "rules[0].then.cap",
     "unknown tier \"golden\"; did you mean \"gold\"?"},
    {RULE("'name': 'r', 'when': {'tier': {'is': 'silver'}}, 'then': {'flag': true}"), BAD, "rules[0].when.tier.is",
     "unknown tier \"silver\""},
    {RULE("'name': 'r', 'when': {'a': {'below': 1}}, 'then': {'flag': 'yes'}"), BAD, "rules[0].then.flag",
     "expected true or false"},
    {BESIDE("'rules': [{'name': 'r', 'when': {'a': {'below': 1}}, 'then': {'cap': 'gold'}}]"), BAD, "rules[0].then.cap",
     "a cap needs `tiers`"},
    {BESIDE("'rules': [{'name': 'r', 'when': {'tier': {'missing': true}}, 'then': {'flag': true}}]"), BAD,
     "rules[0].when.tier", "no tiers"},
    {BESIDE(TIERS ", 'rules': [{'name': 'r', 'when': {}, 'then': {'flag': true}}, {'name': 'r', 'when': {}, 'then': "
                  "{'flag': true}}]"),
     BAD, "rules[1].name", "two rules are called \"r\""},
};

static void expect_refusal(const broken *b) {
    char *json = quoted_text(b->text);
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_model_parse(json, -1, &model, &error);
    if (status != b->status || error.status != b->status || strcmp(error.place, b->place) != 0 ||
        strstr(error.message, b->message) == NULL || model != NULL) {
        fail_msg("%s\n  gave %d at `%s`: %s\n  not  %d at `%s`: ...%s...", b->text, (int)status, error.place,
                 error.message, (int)b->status, b->place, b->message);
    }
    if (status == CRMV_BAD_SYNTAX) {
        assert_true(error.line >= 1);
        assert_true(error.column >= 1);
    }
    free(json);
}

#define EXPECT_REFUSALS(table)                                                                                         \
    for (size_t i = 0; i < sizeof(table) / sizeof(table)[0]; i++) {                                                    \
        expect_refusal(&(table)[i]);                                                                                   \
    }

static void what_is_no_json_is_refused_as_such(void **state) {
    (void)state;
    EXPECT_REFUSALS(syntax);
}

static void what_is_no_model_is_refused_at_its_place(void **state) {
    (void)state;
    EXPECT_REFUSALS(top);
}

static void broken_money_and_feeds_are_refused(void **state) {
    (void)state;
    EXPECT_REFUSALS(feeds);
}

static void broken_windows_are_refused(void **state) {
    (void)state;
    EXPECT_REFUSALS(windows);
}

static void broken_cards_are_refused(void **state) {
    (void)state;
    EXPECT_REFUSALS(cards);
}

static void broken_scales_are_refused(void **state) {
    (void)state;
    EXPECT_REFUSALS(scales);
}

static void broken_indexes_and_tiers_are_refused(void **state) {
    (void)state;
    EXPECT_REFUSALS(indexes);
}

static void broken_segments_and_rules_are_refused(void **state) {
    (void)state;
    EXPECT_REFUSALS(segments);
}

static crmv_error error_of(const char *json, int64_t length, int32_t status) {
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_parse(json, length, &model, &error), status);
    assert_null(model);
    return error;
}

static void a_syntax_error_tells_line_and_column_in_bytes(void **state) {
    (void)state;
    crmv_error error = error_of("{\n  \"crmvalue\": 1,\n  \"name\": \"\xC3\xA4\" x\n}", -1, CRMV_BAD_SYNTAX);
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 16);
    error = error_of("\xEF\xBB\xBF{]", -1, CRMV_BAD_SYNTAX);
    assert_int_equal(error.line, 1);
    assert_int_equal(error.column, 5);
}

static void a_key_given_twice_tells_its_line_too(void **state) {
    (void)state;
    const crmv_error error = error_of("{\"crmvalue\": 1,\n \"crmvalue\": 1}", -1, CRMV_BAD_MODEL);
    assert_string_equal(error.place, "crmvalue");
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 2);
}

static void a_nul_byte_anywhere_in_the_text_is_refused(void **state) {
    (void)state;
    const char json[] = "{\"crmvalue\": 1, \"metrics\": {}}";
    for (size_t i = 0; i < sizeof json; i++) {
        char text[sizeof json];
        memcpy(text, json, i);
        text[i] = '\0';
        memcpy(text + i + 1, json + i, sizeof json - 1 - i);
        error_of(text, sizeof text, CRMV_BAD_SYNTAX);
    }
}

static void deep_nesting_is_refused_and_does_not_exhaust_the_stack(void **state) {
    (void)state;
    enum { DEPTH = 1000000 };
    char *json = malloc(DEPTH + 1);
    assert_non_null(json);
    for (const char *bracket = "[{"; *bracket != '\0'; bracket++) {
        memset(json, *bracket, DEPTH);
        json[DEPTH] = '\0';
        const crmv_error error = error_of(json, DEPTH, *bracket == '[' ? CRMV_BAD_MODEL : CRMV_BAD_SYNTAX);
        assert_int_equal(error.line, 1);
    }
    free(json);
}

static void each_beginning_of_a_model_is_refused_cleanly(void **state) {
    (void)state;
    char *json =
        quoted_text(CASES("{'is': 'x', 'when': {'c': {'is': ['big', 'other']}}}, {'is': '\\u00e9\\ud83d\\ude00'}"));
    const int64_t length = (int64_t)strlen(json);
    for (int64_t i = 0; i < length; i++) {
        error_of(json, i, CRMV_BAD_SYNTAX);
    }
    free(json);
}

static void wrong_arguments_are_named(void **state) {
    (void)state;
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_parse(NULL, 0, &model, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "json");
    assert_int_equal(crmv_model_parse("{}", -2, &model, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "length");
    assert_int_equal(crmv_model_parse("{}", 2, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "out");
    assert_int_equal(crmv_model_parse("{}", ((int64_t)1 << 26) + 1, &model, &error), CRMV_TOO_LARGE);
    assert_int_equal(crmv_model_parse("{}", 2, &model, NULL), CRMV_BAD_MODEL);
}

static void long_and_odd_names_stay_readable_and_valid_utf_8_in_errors(void **state) {
    (void)state;
    char name[400];
    for (size_t i = 0; i + 2 < sizeof name; i += 2) {
        memcpy(name + i, "\xC3\xA4", 2);
    }
    name[sizeof name - 2] = '\0';
    char json[1000];
    snprintf(json, sizeof json, "{\"crmvalue\": 1, \"metrics\": {\"%s\": {\"sum\": \"%s\\n\"}}}", name, name);
    const crmv_error error = error_of(json, -1, CRMV_BAD_MODEL);
    assert_int_equal(strlen(error.place) % 2, 0); /* "metrics." and whole characters */
    assert_non_null(strstr(error.message, "\xC3\xA4...\""));
    error_of("{\"crmvalue\": 1, \"a\\nb\\\"c\": 2}", -1, CRMV_BAD_MODEL);
    assert_string_equal(error_of("{\"crmvalue\": 1, \"a\\nb\\\"c\": 2}", -1, CRMV_BAD_MODEL).place,
                        "[\"a\\u000ab\\\"c\"]");
}

static void an_index_beyond_exact_arithmetic_is_refused(void **state) {
    (void)state;
    char json[8192];
    size_t used = (size_t)snprintf(json, sizeof json,
                                   "{\"crmvalue\": 1, \"metrics\": {\"a\": {\"sum\": \"cost\", \"scale\": {\"bands\": "
                                   "[{\"points\": 1000000}]}}}, \"indexes\": {\"i0\": {\"add\": [\"a\"]}, \"i1\": "
                                   "{\"add\": [\"a\", \"i0\"]}");
    for (int i = 2; i < 60; i++) {
        used += (size_t)snprintf(json + used, sizeof json - used, ", \"i%d\": {\"add\": [\"i%d\", \"i%d\"]}", i, i - 1,
                                 i - 2);
    }
    snprintf(json + used, sizeof json - used, "}}");
    const crmv_error error = error_of(json, -1, CRMV_BAD_MODEL);
    assert_string_equal(error.place, "indexes.i15");
    assert_non_null(strstr(error.message, "1,000,000,000 points"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_json_is_refused_as_such),
        cmocka_unit_test(what_is_no_model_is_refused_at_its_place),
        cmocka_unit_test(broken_money_and_feeds_are_refused),
        cmocka_unit_test(broken_windows_are_refused),
        cmocka_unit_test(broken_cards_are_refused),
        cmocka_unit_test(broken_scales_are_refused),
        cmocka_unit_test(broken_indexes_and_tiers_are_refused),
        cmocka_unit_test(broken_segments_and_rules_are_refused),
        cmocka_unit_test(a_syntax_error_tells_line_and_column_in_bytes),
        cmocka_unit_test(a_key_given_twice_tells_its_line_too),
        cmocka_unit_test(a_nul_byte_anywhere_in_the_text_is_refused),
        cmocka_unit_test(deep_nesting_is_refused_and_does_not_exhaust_the_stack),
        cmocka_unit_test(each_beginning_of_a_model_is_refused_cleanly),
        cmocka_unit_test(wrong_arguments_are_named),
        cmocka_unit_test(long_and_odd_names_stay_readable_and_valid_utf_8_in_errors),
        cmocka_unit_test(an_index_beyond_exact_arithmetic_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
