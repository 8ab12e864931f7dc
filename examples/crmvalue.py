"""libcrmvalue from Python through ctypes, without any other module; numpy arrays go in as they are, uncopied.

The library is the one that the environment's CRMVALUE_LIBRARY names, else the one that the system's linker finds.
"""

import array
import collections
import ctypes
import datetime
import os
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_int32, c_int64, c_uint32, c_void_p

library = ctypes.CDLL(os.environ.get("CRMVALUE_LIBRARY", "libcrmvalue.so.0"))
library.crmv_status_text.restype = library.crmv_model_label.restype = c_char_p
library.crmv_scores_rows.restype = c_int64
library.crmv_scores_exact.restype = POINTER(c_int64)
library.crmv_scores_codes.restype = POINTER(c_int32)


class Structure(ctypes.Structure):
  """A structure of the headers, whose first field is its size."""

  def __init__(self, **fields):
    super().__init__(struct_size=ctypes.sizeof(self), **fields)


class Column(Structure):
  _fields_ = [("struct_size", c_uint32), ("type", c_int32), ("name", c_char_p), ("data", c_void_p),
              ("offsets", c_void_p), ("stride", c_int64), ("validity", c_void_p), ("validity_offset", c_int64)]


class Failure(Structure):
  _fields_ = [("struct_size", c_uint32), ("status", c_int32), ("row", c_int64), ("line", c_int64), ("column", c_int64),
              ("place", c_char * 96), ("message", c_char * 384)]


class Reason(Structure):
  _fields_ = [("struct_size", c_uint32), ("metric", c_int32), ("value", c_double), ("band", c_int32),
              ("missing", c_int32), ("points", c_int64), ("lowest", c_int64), ("highest", c_int64),
              ("weight", c_int64), ("contribution", c_int64), ("lost", c_int64)]


class Error(Exception):
  """A status that is not CRMV_OK, in words."""


def call(function, *arguments):
  """Calls a function whose last argument is a crmv_error."""
  failure = Failure()
  status = getattr(library, function)(*arguments, byref(failure))
  if status:
    kind = library.crmv_status_text(status).decode()
    raise Error(f"{kind}: {failure.place.decode()}: {failure.message.decode()}")


def constant(name):
  value = c_int64()
  if library.crmv_constant(name.encode(), byref(value)):
    raise KeyError(name)
  return value.value


def days(date):
  return (date - datetime.date(1970, 1, 1)).days


TYPES = {"i": "CRMV_INT32", "q": "CRMV_INT64", "d": "CRMV_DOUBLE",  # array.array
         "<i4": "CRMV_INT32", "<i8": "CRMV_INT64", "<f8": "CRMV_DOUBLE", "<M8[D]": "CRMV_INT64"}  # numpy


def column(name, values):
  """A column of a numpy array, an array.array, or a list of texts or dates."""
  made = Column(name=name.encode())
  if hasattr(values, "__array_interface__"):
    made.type = constant(TYPES[values.dtype.str])
    made.data, made.stride = values.ctypes.data, values.strides[0]
  elif isinstance(values, array.array):
    made.type, made.data = constant(TYPES[values.typecode]), values.buffer_info()[0]
  elif isinstance(values[0], datetime.date):
    return column(name, array.array("i", map(days, values)))
  else:
    values = (c_char_p * len(values))(*(text if text is None else text.encode() for text in values))
    made.type, made.data = constant("CRMV_STRINGS"), ctypes.addressof(values)
  made.values = values  # lives as long as the column
  return made


class Handle:
  """What the library made for us: let go of when Python does."""

  def __init__(self, kind, function, *arguments):
    self._as_parameter_, self.free = c_void_p(), getattr(library, f"crmv_{kind}_free")
    call(function, *arguments, byref(self._as_parameter_))

  def __del__(self):
    self.free(self._as_parameter_)


class Model(Handle):
  def __init__(self, text):
    super().__init__("model", "crmv_model_parse", text.encode(), c_int64(-1))


class Ledger(Handle):
  def __init__(self, model):
    super().__init__("ledger", "crmv_ledger_new", model, None)

  def add(self, batch, **columns):
    """Takes in a batch of rows, each column a list, an array.array or a numpy array."""
    made = [column(name, values) for name, values in columns.items()]
    rows = len(next(iter(columns.values())))
    call("crmv_ledger_begin", self, batch.encode())
    call("crmv_ledger_append", self, (Column * len(made))(*made), len(made), c_int64(rows))
    call("crmv_ledger_end", self)


Customer = collections.namedtuple("Customer", "key score tier reason")


def score(model, ledger, as_of):
  """Scores the ledger's customers as of a date; each comes with its strongest reason."""
  frame = Handle("frame", "crmv_frame_derive", model, ledger, None, 0, c_int64(0), days(as_of), None)
  scores = Handle("scores", "crmv_score", model, frame, None)
  exact, tiers = library.crmv_scores_exact(scores, b"score"), library.crmv_scores_codes(scores, b"tier")
  for row in range(library.crmv_scores_rows(scores)):
    key, text = ctypes.create_string_buffer(1025), ctypes.create_string_buffer(512)
    reasons, count = (Reason * 64)(Reason()), c_int32()
    library.crmv_frame_key(frame, c_int64(row), key, c_int64(len(key)), None)
    library.crmv_scores_reasons(scores, c_int64(row), reasons, len(reasons), byref(count))
    library.crmv_scores_reason_text(scores, reasons, text, c_int64(len(text)), byref(c_int64()))
    tier = library.crmv_model_label(model, constant("CRMV_TIERS"), 0, tiers[row])
    yield Customer(key.value.decode(), exact[row] / 1e6, tier.decode(), text.value.decode())
