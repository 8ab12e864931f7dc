"""libcrmvalue from Python through ctypes, without any other module: to use as it is, or to start an own binding from.

    model = Model(text)
    ledger = Ledger(model)
    ledger.add("the batch's name", customer=[...], date=[...], revenue=[...])
    scores = score(model, ledger, as_of=date(2025, 12, 31))
    scores.keys, scores.score, scores.tier, scores.column("recency"), scores.explain("C10042")
    for one in scores: print(one.key, one.score, one.tier, one.reason)

    ledger.rates(currency=["USD"], date=[date(2025, 1, 2)], rate=["0.9652"])
    ledger.take("June", transactions={...}, receivables={...}, events={...})   # each a table, any of them left out
    ledger.take("June", transactions={...}, replace=True)                      # in the place of what came before
    ledger.withdraw("June"), ledger.erase("C10042"), ledger.merge(another), ledger.save("L.crmv")
    ledger = Ledger(model, "L.crmv")                       # to read; Ledger.open(model, "L.crmv") to change and save it:
    ledger.free()                                          # it alone may write until then
    day.extend("L.crmv")                                   # a day's batches behind those of the file, at a day's cost
    for rows in ledger.set_aside(): print(rows)            # what was not used, and why

A column is a list of str, int, float, Decimal, bool (as 0 or 1), date or datetime (the day), with None or NaN where a
value is missing; an array.array; or what numpy.asarray takes, pandas' columns among it. A table is a dict of columns,
or a pandas.DataFrame: ledger.add("the batch's name", **frame).

The library is the one that the environment's CRMVALUE_LIBRARY names, else the one that the system's linker finds, else
the one that ./examples/run has built.
"""

import collections
import ctypes
import datetime
import functools
import json
import os
import weakref
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_int32, c_int64, c_uint32, c_uint64, c_void_p

from crmvalue_columns import days, lay_out, utf8


def load():
  built = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build", "lib", "libcrmvalue.so.0")
  named, tried = os.environ.get("CRMVALUE_LIBRARY"), []
  for path in [named] if named else ["libcrmvalue.so.0", built]:
    try:
      return ctypes.CDLL(path)
    except OSError as problem:
      tried.append(f"\n  {problem}")
  raise OSError("libcrmvalue cannot be loaded: build it with ./examples/run, or install it, or name its file in the "
                "environment's CRMVALUE_LIBRARY. Tried:" + "".join(tried))


library = load()
for name in ("status_text", "reason_text", "unrated_text", "model_label", "model_item", "frame_name", "ledger_batch"):
  getattr(library, "crmv_" + name).restype = c_char_p
for name in ("scores_rows", "ledger_rows", "ledger_accepted", "ledger_batches", "ledger_set_aside_count",
             "frame_set_aside_count"):
  getattr(library, "crmv_" + name).restype = c_int64
library.crmv_frame_numbers.restype = POINTER(c_int64)
library.crmv_frame_metric.restype = POINTER(c_double)
library.crmv_scores_codes.restype = POINTER(c_int32)


class Structure(ctypes.Structure):
  """A structure of the headers, whose first field is its size."""

  def __init__(self, **fields):
    super().__init__(struct_size=ctypes.sizeof(self), **fields)


class Column(Structure):
  _fields_ = [("struct_size", c_uint32), ("type", c_int32), ("name", c_char_p), ("data", c_void_p),
              ("offsets", c_void_p), ("stride", c_int64), ("validity", c_char_p), ("validity_offset", c_int64)]


class Failure(Structure):
  _fields_ = [("struct_size", c_uint32), ("status", c_int32), ("row", c_int64), ("line", c_int64), ("column", c_int64),
              ("place", c_char * 96), ("message", c_char * 384)]


class SetAside(Structure):
  _fields_ = [("struct_size", c_uint32), ("reason", c_int32), ("currency", c_char * 16), ("rows", c_int64),
              ("amounts", c_int64), ("revenue_high", c_int64), ("revenue_low", c_uint64), ("listed", c_int32),
              ("batch", c_int32), ("first_rows", c_int64 * 8), ("column", c_char * 64), ("text", c_char * 64),
              ("feed", c_int32), ("reserved", c_int32)]


class Reason(Structure):
  _fields_ = [("struct_size", c_uint32), ("metric", c_int32), ("value", c_double), ("band", c_int32),
              ("missing", c_int32), ("points", c_int64), ("lowest", c_int64), ("highest", c_int64),
              ("weight", c_int64), ("contribution", c_int64), ("lost", c_int64)]


class Error(Exception):
  """What could not be done, in words."""


@functools.lru_cache(None)
def constant(name):
  value = c_int64()
  if library.crmv_constant(name.encode(), byref(value)):
    raise KeyError(name)
  return value.value


def check(status, *words):
  if status:
    raise Error(": ".join(filter(None, (library.crmv_status_text(status).decode(), *words))))


def call(function, *arguments):
  """Calls a function whose last argument is a crmv_error."""
  failure = Failure()
  status = getattr(library, function)(*arguments, byref(failure))
  check(status, failure.place.decode(errors="replace"), failure.message.decode(errors="replace"))


def written(function, *arguments):
  """The text that a function writes into a buffer, which grows where it is too small."""
  length, status = c_int64(255), constant("CRMV_BUFFER_TOO_SMALL")
  while status == constant("CRMV_BUFFER_TOO_SMALL"):
    buffer = ctypes.create_string_buffer(length.value + 1)
    status = getattr(library, function)(*arguments, buffer, c_int64(len(buffer)), byref(length))
  check(status, function)
  return buffer.raw[:length.value].decode()


def expect(what, value, *types):
  if not isinstance(value, types):
    raise Error(f"{what} is of type {type(value).__name__}; expected: {' or '.join(type.__name__ for type in types)}")
  return value


def c_string(what, text):
  if "\0" in expect(what, text, str):
    raise Error(f"{what} holds a NUL character: {text!r}")
  return utf8(text)


def column(name, values, point):
  """A crmv_column that holds on to what it points into."""
  made = Column(name=c_string("a column's name", name))
  try:
    made.layout = lay_out(values, point)
  except ValueError as problem:
    raise Error(f"column {name!r}: {problem}") from problem
  made.type, made.data, made.stride = constant(made.layout.type), made.layout.data, made.layout.stride
  made.offsets, made.validity = made.layout.offsets, made.layout.validity
  return made


def table(columns, point):
  """Columns as the library's functions take them: the structures, their number, and the number of rows."""
  if not hasattr(columns, "keys"):
    raise Error(f"a table is a dict of columns, not of type {type(columns).__name__}")
  made = [column(name, values, point) for name, values in dict(columns).items()]
  if len({one.layout.rows for one in made}) > 1:
    raise Error("columns of different lengths: " + ", ".join(f"{one.name.decode()} {one.layout.rows}" for one in made))
  structures = (Column * len(made))(*made)
  structures.made = made
  return structures, len(made), c_int64(made[0].layout.rows if made else 0)


class Handle:
  """What the library made for us: let go of when Python does."""

  def __init__(self, kind, function, *arguments):
    self._as_parameter_ = c_void_p()
    call(function, *arguments, byref(self._as_parameter_))
    self.free = weakref.finalize(self, getattr(library, f"crmv_{kind}_free"), self._as_parameter_)


class Model(Handle):
  def __init__(self, text):
    text = utf8(expect("a model", text, str, bytes))
    super().__init__("model", "crmv_model_parse", text, c_int64(len(text)))
    self.input = json.loads(written("crmv_model_print", self)).get("input", {})

  def point(self, feed):
    """The decimal point of a feed's texts."""
    return self.input.get(feed, {}).get("decimal", self.input.get("decimal", "."))

  def labels(self, kind, name, codes):
    """The labels behind the codes of a tier (no name), a segment or a metric; None where there is none."""
    kind, item = constant(kind), 0
    while name and library.crmv_model_item(self, kind, item) not in (utf8(name), None):
      item += 1
    labels = {code: library.crmv_model_label(self, kind, item, code) for code in set(codes)}
    return [labels[code] and labels[code].decode() for code in codes]


SetAsideRows = collections.namedtuple("SetAsideRows", "reason rows first_rows column text currency amount batch feed")


def set_aside(kind, handle):
  """What a ledger or a frame did not use. Amounts are in minor units; rows count from 1 within the batch and feed."""
  found, feeds = SetAside(), (None, "transactions", "receivables", "events")
  for position in range(getattr(library, f"crmv_{kind}_set_aside_count")(handle)):
    check(getattr(library, f"crmv_{kind}_set_aside")(handle, c_int64(position), byref(found)), "set aside")
    yield SetAsideRows(library.crmv_reason_text(found.reason).decode(), found.rows,
                       found.first_rows[:found.listed], found.column.decode(errors="replace"),
                       found.text.decode(errors="replace"), found.currency.decode(errors="replace"),
                       found.revenue_high * 2**64 + found.revenue_low, found.batch, feeds[found.feed])


class Ledger(Handle):
  """Rows that came in and those that are used; why the others are not, set_aside tells."""

  rows = property(lambda self: library.crmv_ledger_rows(self))
  accepted = property(lambda self: library.crmv_ledger_accepted(self))

  batches = property(lambda self: [library.crmv_ledger_batch(self, c_int64(position)).decode()
                                   for position in range(library.crmv_ledger_batches(self))])

  def __init__(self, model, path=None, how="load"):
    """An empty ledger, or the one that was saved to a file."""
    expect("a model", model, Model)
    if path is None:
      super().__init__("ledger", "crmv_ledger_new", model, None)
    else:
      super().__init__("ledger", "crmv_ledger_" + how, os.fsencode(path), model, None)
    self.model = model

  @classmethod
  def open(cls, model, path):
    """The ledger of a file, to be changed and saved there; nobody else can open or save it until it is freed."""
    return cls(model, path, "open")

  def add(self, batch, /, **columns):
    """Takes in a batch of transactions: all of it or, where that fails, nothing."""
    self.take(batch, columns)

  def take(self, batch, transactions=None, receivables=None, events=None, replace=False):
    """Takes in a batch of any of the three feeds; with `replace`, in the place of the batch of that name."""
    feeds = (("transactions", "append", transactions), ("receivables", "append_receivables", receivables),
             ("events", "append_events", events))
    chunks = [(function, table(columns, self.model.point(feed))) for feed, function, columns in feeds
              if columns is not None]
    call("crmv_ledger_begin_replacement" if replace else "crmv_ledger_begin", self, c_string("a batch's name", batch))
    try:
      for function, rows in chunks:
        call("crmv_ledger_" + function, self, *rows)
      call("crmv_ledger_end", self)
    except BaseException:
      library.crmv_ledger_cancel(self, None)
      raise

  def rates(self, **columns):
    """Rates of exchange for the rows that come from now on."""
    call("crmv_ledger_rates", self, *table(columns, self.model.point("rates")))

  def withdraw(self, batch):
    call("crmv_ledger_withdraw", self, c_string("a batch's name", batch))

  def erase(self, key):
    call("crmv_ledger_erase", self, c_string("a key", str(key)))

  def merge(self, other):
    call("crmv_ledger_merge", self, expect("another ledger", other, Ledger))

  def save(self, path=None):
    """Writes the ledger to a file; without a path to where it was opened."""
    call("crmv_ledger_save", self, path and os.fsencode(path))

  def extend(self, path):
    """Adds this ledger's batches to a file, which may hold others, without reading those."""
    call("crmv_ledger_extend", os.fsencode(path), self)

  def set_aside(self):
    """The rows that were not used: a SetAsideRows for each reason, currency, batch and feed."""
    return set_aside("ledger", self)

  def total(self, measure):
    """The sum of a measure over everything, in minor units."""
    total = c_int64()
    check(library.crmv_ledger_total(self, c_string("a measure", measure), byref(total)), measure)
    return total.value

  def hash(self):
    text = ctypes.create_string_buffer(33)
    check(library.crmv_ledger_hash(self, text), "crmv_ledger_hash")
    return text.value.decode()


Customer = collections.namedtuple("Customer", "key name score low high coverage tier unrated reason")


class Scores:
  """The customers one by one, or columns of them all: numbers, NaN where there is none, and texts, None likewise."""

  keys = functools.cached_property(lambda self: [self.key(row) for row in range(len(self))])
  names = functools.cached_property(lambda self: [self.name(row) for row in range(len(self))])
  score = functools.cached_property(lambda self: self.column("score"))
  low = functools.cached_property(lambda self: self.column("score_low"))
  high = functools.cached_property(lambda self: self.column("score_high"))
  coverage = functools.cached_property(lambda self: self.column("coverage"))
  tier = functools.cached_property(lambda self: self.column("tier"))
  unrated = functools.cached_property(lambda self: self.column("unrated"))

  def __init__(self, model, ledger, customers, as_of):
    point = expect("the model", model, Model).point("customers")
    rows = (None, 0, c_int64(0)) if customers is None else table(customers, point)
    day = constant("CRMV_NO_DATE") if as_of is None else days(expect("as_of", as_of, datetime.date))
    ledger = expect("the ledger", ledger, Ledger, type(None))
    self.model, self.frame = model, Handle("frame", "crmv_frame_derive", model, ledger, *rows, day, None)
    self.scores = Handle("scores", "crmv_score", model, self.frame, None)

  def __len__(self):
    return library.crmv_scores_rows(self.scores)

  def set_aside(self):
    """The rows of the customer table that were not used."""
    return set_aside("frame", self.frame)

  def __iter__(self):
    for row in range(len(self)):
      yield Customer(self.key(row), self.name(row), self.score[row], self.low[row], self.high[row], self.coverage[row],
                     self.tier[row], self.unrated[row], next(self.reasons(row), None))

  def key(self, row):
    whole = library.crmv_frame_numbers(self.frame)
    return whole[row] if whole else written("crmv_frame_key", self.frame, c_int64(row))

  def name(self, row):
    return library.crmv_frame_name(self.frame, c_int64(row)).decode()

  def numbers(self, name):
    """A column of points or of a metric's values (categories: codes); numpy.asarray takes it uncopied."""
    values, known = (c_double * len(self))(), c_string("a column's name", name)
    metric = library.crmv_frame_metric(self.frame, known)
    if metric:
      ctypes.memmove(values, metric, ctypes.sizeof(values))
    elif library.crmv_scores_numbers(self.scores, known, values, c_int64(len(values))):
      if name not in ("score", "score_low", "score_high", "coverage"):
        raise Error(f"no index, segment or metric is called {name!r}")
      values[:] = [float("nan")] * len(values)  # a model without `score` has none of these
    return values

  def column(self, name):
    """A list by the name of an index, metric or segment, or any other of crmv_scores_exact and crmv_scores_codes."""
    pointer = library.crmv_scores_codes(self.scores, c_string("a column's name", name))
    if name == "unrated":
      return [library.crmv_unrated_text(code).decode() or None for code in pointer[:len(self)]]
    if pointer:
      of = ("CRMV_TIERS", None) if name in ("tier", "tier_uncapped") else ("CRMV_SEGMENTS", name)
      return self.model.labels(*of, pointer[:len(self)])
    values = list(self.numbers(name))
    if self.model.labels("CRMV_METRICS", name, [0]) == [None]:
      return values
    return self.model.labels("CRMV_METRICS", name, [-1 if value != value else int(value) for value in values])

  def reasons(self, row):
    """What each metric does to a customer's score, in words, the strongest first."""
    count = c_int32(library.crmv_model_count(self.model, constant("CRMV_METRICS")))
    reasons = (Reason * count.value)(Reason())
    check(library.crmv_scores_reasons(self.scores, c_int64(row), reasons, count, byref(count)), "crmv_scores_reasons")
    return (written("crmv_scores_reason_text", self.scores, byref(reason)) for reason in reasons[:count.value])

  def explain(self, key):
    """The reasons of the customer with this key, a line each."""
    row = c_int64()
    check(library.crmv_frame_find(self.frame, c_string("a key", str(key)), byref(row)), f"customer {key!r}")
    return list(self.reasons(row.value))


def score(model, ledger, customers=None, as_of=None):
  """Scores the customers of a ledger, of a table (a dict of columns) or of both, as of a date."""
  return Scores(model, ledger, customers, as_of)
