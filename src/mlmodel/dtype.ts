/** Names that MLflow writes (`numpy.dtype.name`), and older or shorter spellings that numpy reads as the same type. */
const SPELLINGS: Readonly<Record<string, string>> = {
  bool: 'bool bool_ ? b1',
  int8: 'int8 byte b i1',
  int16: 'int16 short h i2',
  int32: 'int32 intc i i4',
  int64: 'int64 int int_ intp long longlong l q p n i8',
  uint8: 'uint8 ubyte B u1',
  uint16: 'uint16 ushort H u2',
  uint32: 'uint32 uintc I u4',
  uint64: 'uint64 uint uintp ulong ulonglong L Q P N u8',
  float16: 'float16 half e f2',
  float32: 'float32 single f f4',
  float64: 'float64 double float d f8',
  float128: 'float128 longdouble g f16',
  complex64: 'complex64 csingle F c8',
  complex128: 'complex128 cdouble complex D c16',
  complex256: 'complex256 clongdouble G c32',
  str: 'str str_ unicode U U0',
  bytes: 'bytes bytes_ S S0 a',
  object: 'object object_ O O8',
  datetime64: 'datetime64 M M8',
  timedelta64: 'timedelta64 m m8',
  void: 'void V',
};

const CANONICAL = new Map(
  Object.entries(SPELLINGS).flatMap(([name, spellings]) =>
    spellings.split(' ').map((spelling): [string, string] => [spelling, name]),
  ),
);

const WITH_UNIT = /^(datetime64|M8|timedelta64|m8)(\[(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])$/u;

/** What may have a byte order in front: a letter with its width, and dates. */
const SHORT = /^(?!a$)(?:[A-Za-z?]\d{0,2}|datetime64|timedelta64)$/u;

/**
 * The canonical name of a numpy type, or undefined where numpy or MLflow refuses it. A byte-order mark in front of a
 * short code is dropped, and of a long name refused; a text type with a length (`U10`) is refused too (MLflow 3.17
 * `types/schema.py`, `TensorInfo`; numpy 2.4 and 1.26).
 */
export function canonicalDtype(text: string): string | undefined {
  const code = text.replace(/^[<>=|]/u, '');
  const unit = WITH_UNIT.exec(code);
  if (unit !== null) return `${CANONICAL.get(unit[1] ?? '') ?? ''}${unit[2] ?? ''}`;
  return code === text || SHORT.test(code) ? CANONICAL.get(code) : undefined;
}
