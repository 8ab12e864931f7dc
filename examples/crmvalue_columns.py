"""Columns as Python has them, laid out as libcrmvalue reads them; what the library can read is not copied.

Everything here is about memory, nothing calls the library: a binding to another language would begin elsewhere.
"""

import array
import ctypes
import datetime
import decimal
import itertools
import numbers
import typing

ACCEPTED = ("a list of one kind of str, int, float, Decimal, bool, date or datetime (int goes with float and Decimal; "
            "None is missing), an array.array of numbers, or a numpy array of one dimension with such values")
KINDS = ((numbers.Integral, "whole"), (numbers.Real, "real"), (decimal.Decimal, "decimal"), (datetime.date, "day"),
         ((str, bytes), "text"))
EPOCH = datetime.date(1970, 1, 1).toordinal()
MISSING = ("NoneType", "NAType", "NaTType")  # None, and pandas' own two


class Layout(typing.NamedTuple):
  """What a crmv_column says of its values."""

  type: str  # the constant's name
  data: int  # address
  rows: int
  held: object  # the memory behind it, which lives as long as this does
  stride: int = 0
  offsets: int = 0  # address
  validity: bytes = None


def utf8(text):
  """A text's bytes. Half a surrogate pair gives bytes that are not UTF-8, which the library refuses or sets aside."""
  return text if isinstance(text, bytes) else text.encode(errors="surrogatepass")


def days(date):
  return date.toordinal() - EPOCH


def bitmap(present):
  """A bit a row, the least significant one first, as Arrow has it."""
  return int("".join("1" if there else "0" for there in reversed(present)), 2).to_bytes(len(present) // 8 + 1, "little")


def kind_of(type):
  return "missing" if type.__name__ in MISSING else next((kind for base, kind in KINDS if issubclass(type, base)), None)


def is_missing(kind, value):
  return kind == "missing" or (kind == "real" and value != value) or (kind == "decimal" and value.is_nan())


def from_array(values):
  """Of an array.array; other types than these three become one of them."""
  if values.typecode not in "dqi":
    values = array.array("d" if values.typecode == "f" else "q", values)
  type = {"d": "CRMV_DOUBLE", "q": "CRMV_INT64", "i": "CRMV_INT32"}[values.typecode]
  return Layout(type, values.buffer_info()[0], len(values), values)


def from_texts(texts):
  """Of byte strings: one behind the other, and where each begins."""
  joined, offsets = b"".join(texts), array.array("q", itertools.accumulate(map(len, texts), initial=0))
  if b"\0" in joined:
    raise ValueError(f"a NUL character in row {next(row for row, text in enumerate(texts, 1) if 0 in text)}")
  return Layout("CRMV_TEXT64", ctypes.cast(joined, ctypes.c_void_p).value, len(texts), (joined, offsets),
                offsets=offsets.buffer_info()[0])


def from_list(values, point):
  """Of Python's own values. Where one is missing anything will do, since its bit says so."""
  kinds = {type: kind_of(type) for type in set(map(type, values))}
  present = [not is_missing(kinds[type(value)], value) for value in values]
  types = set(map(type, itertools.compress(values, present)))
  found = {kinds[type] for type in types}

  def converted(convert, filling=0):
    return [convert(value) if there else filling for value, there in zip(values, present)]

  def exact(number):
    return (f"{number:f}" if isinstance(number, decimal.Decimal) else str(int(number))).replace(".", point).encode()

  if found <= {"text"}:
    layout = from_texts(converted(utf8, b""))
  elif found == {"whole"}:
    layout = from_array(array.array("q", converted(int)))
  elif found <= {"whole", "real"}:
    layout = from_array(array.array("d", converted(float)))
  elif found <= {"whole", "decimal"}:
    layout = from_texts(converted(exact, b""))
  elif found == {"day"}:
    layout = from_array(array.array("q", converted(days)))
  else:
    raise TypeError("it holds " + " and ".join(sorted(type.__name__ for type in types)))
  return layout if all(present) else layout._replace(validity=bitmap(present))


def from_numpy(values, point):
  """Of what numpy takes; other types than int32, int64 and double become one of them."""
  import numpy
  values = numpy.asanyarray(values)
  kind, size, absent = values.dtype.kind, values.dtype.itemsize, numpy.ma.getmaskarray(values)
  if values.ndim != 1 or kind not in "biufMOUST":
    raise TypeError(f"it holds {values.dtype} in {values.ndim} dimensions")
  if kind in "OUST" or (kind, size) == ("u", 8):
    return from_list(values.tolist(), point)
  values = numpy.asarray(values)
  if kind == "M":
    absent, values = absent | numpy.isnat(values), values.astype("M8[D]")
  values = values.astype("f8" if kind == "f" else "i4" if (kind, size) == ("i", 4) else "i8", copy=False)
  if abs(values.strides[0]) < values.itemsize:  # one value that stands for all rows
    values = values.copy()
  type = {"f8": "CRMV_DOUBLE", "i8": "CRMV_INT64", "i4": "CRMV_INT32"}[values.dtype.str[1:]]
  return Layout(type, values.ctypes.data, len(values), values, stride=values.strides[0],
                validity=bitmap((~absent).tolist()) if absent.any() else None)


def lay_out(values, point="."):
  """Any column; Decimals become texts with the decimal point that the model reads. Raises ValueError, in words."""
  try:
    if isinstance(values, array.array) and values.typecode in "bBhHiIlLqQfd":
      return from_array(values)
    if hasattr(values, "__array__"):
      return from_numpy(values, point)
    if isinstance(values, (str, bytes, bytearray, dict, set, array.array)):
      raise TypeError(f"it is of type {type(values).__name__}")
    return from_list(list(values), point)
  except (ArithmeticError, TypeError, ValueError) as problem:
    raise ValueError(f"{problem}; accepted: {ACCEPTED}") from problem
