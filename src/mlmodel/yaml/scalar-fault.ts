import { daysIn } from '../datetime-text.ts';

const DIGITS_OF_BASE: Readonly<Record<number, RegExp>> = {
  2: /^(?:0b)?[01]+$/,
  8: /^(?:0o)?[0-7]+$/,
  10: /^\p{Nd}+$/u,
  16: /^(?:0x)?[0-9a-f]+$/,
};
/** Longest whole number that Python reads (CPython `sys.int_info.default_max_str_digits`). */
const MAX_DIGITS = 4300;
const FLOAT = /^[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?|inf(?:inity)?|nan)$/;
const BOOL = /^(?:yes|no|true|false|on|off)$/i;
const TIMESTAMP =
  /^(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})(?:(?:[Tt]|[ \t]+)(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+](?<zoneHour>[0-9]{1,2})(?::(?<zoneMinute>[0-9]{2}))?))?)?$/;
const BASE64 = /^[A-Za-z0-9+/]$/;

/** What PyYAML's safe constructor (6.0 `constructor.py`) refuses in a text that is read as one of YAML's own scalars. */
export const SCALAR_FAULTS: Readonly<Record<string, (text: string) => string | undefined>> = {
  null: () => undefined,
  str: () => undefined,
  bool: (text) => (BOOL.test(text) ? undefined : 'it is not a boolean'),
  int: (text) => (isInt(text) ? undefined : 'it is not a whole number that Python can read'),
  float: (text) => (isFloat(text) ? undefined : 'it is not a number'),
  binary: base64Fault,
  timestamp: timestampFault,
};

function isInt(given: string): boolean {
  const text = given.replaceAll('_', '');
  if (text === '') return false;
  const digits = text.replace(/^[-+]/, '');
  if (digits.startsWith('0b')) return isWhole(digits.slice(2), 2);
  if (digits.startsWith('0x')) return isWhole(digits.slice(2), 16);
  if (digits.startsWith('0') && digits !== '0') return isWhole(digits, 8);
  return digits.split(':').every((part) => isWhole(part, 10));
}

function isWhole(given: string, base: number): boolean {
  const text = strip(given).toLowerCase().replace(/^[-+]/, '');
  return DIGITS_OF_BASE[base]?.test(text) === true && (base !== 10 || text.length <= MAX_DIGITS);
}

function isFloat(given: string): boolean {
  const text = given.replaceAll('_', '').toLowerCase();
  if (text === '') return false;
  const number = text.replace(/^[-+]/, '');
  if (number === '.inf' || number === '.nan') return true;
  return number.split(':').every((part) => FLOAT.test(strip(part)));
}

/** As Python's `strip`, to which a byte order mark is no blank. */
function strip(text: string): string {
  return text.startsWith('\ufeff') || text.endsWith('\ufeff') ? text : text.trim();
}

function timestampFault(text: string): string | undefined {
  const parts = TIMESTAMP.exec(text)?.groups;
  if (parts === undefined) return 'it is not a date';
  const number = (name: string): number => Number(parts[name] ?? 0);
  const [year, month, day] = [number('year'), number('month'), number('day')];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    return 'the day does not exist';
  }
  if (number('hour') > 23 || number('minute') > 59 || number('second') > 59) return 'the time does not exist';
  const offset = number('zoneHour') * 60 + number('zoneMinute');
  return offset < 24 * 60 ? undefined : 'the time does not exist zone';
}

/** As CPython's `binascii.a2b_base64`, which skips what is no base64 and wants whole groups of four. */
function base64Fault(text: string): string | undefined {
  if (/[^\0-\u007f]/.test(text)) return 'it is not base64';
  let place = 0;
  let padding = 0;
  for (const character of text) {
    if (character === '=') {
      padding += place >= 2 ? 1 : 0;
      if (place >= 2 && place + padding >= 4) return undefined;
    } else if (BASE64.test(character)) {
      padding = 0;
      place = (place + 1) % 4;
    }
  }
  return place === 0 ? undefined : 'it is base64 with an incomplete last byte';
}
