// Texts and numbers are taken as the service takes them (lms.core.text.clean, Python's split and casefold,
// courses.activities.numbers), so that a tablet and the service never judge one answer differently.
const anyBlanks = /(?:[^\S\ufeff]|[\x1c-\x1f\x85])+/g;
const unseenLetters = /[\0-\x08\x0e-\x1b\x7f\xad\u034f\u061c\u180e\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u206f]/g;
const groupedNumber = /^-?[1-9]\d{0,2}(?:\.\d{3}){1,4}(?:,\d{1,6})?$/;
const commaNumber = /^-?\d{1,15},\d{1,6}$/;
const plainNumber = /^-?\d{1,15}(?:\.\d{1,6})?$/;

// NFC, without invisible letters, runs of white space as one blank, trimmed.
export function cleanText(text) {
  return text.normalize('NFC').replace(unseenLetters, '').replace(anyBlanks, ' ').trim();
}

// Case and spaces do not matter. The turn over capitals finds what only a full folding joins, such as ß and ss;
// the i without a dot is a letter of its own.
export function bareText(text) {
  const words = text.replace(anyBlanks, ' ').replace(/^ | $/g, '');
  const fold = (one) => (one === '\u0131' ? one : Array.from(one.toLowerCase().toUpperCase(), (x) => x.toLowerCase()).join(''));
  return Array.from(words, fold).join('');
}

// A plain decimal text in millionths, so that no digit is lost.
function millionths(text) {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(6, '0'));
}

// The number that a Vietnamese reader sees, in millionths, or null: 1.250.000 and 1 250 000 are groups of three,
// 12,5 is a decimal comma, and a single point that cannot part groups of three is a decimal point.
export function readNumber(text) {
  const bare = text.replace(anyBlanks, '');
  if (groupedNumber.test(bare)) return millionths(bare.replace(/\./g, '').replace(',', '.'));
  if (commaNumber.test(bare)) return millionths(bare.replace(',', '.'));
  return plainNumber.test(bare) ? millionths(bare) : null;
}

export function numberIsRight(typed, value, tolerance = '0') {
  const told = readNumber(typed);
  if (told === null) return false;
  const off = told - millionths(value);
  return (off < 0 ? -off : off) <= millionths(tolerance);
}

// Texts in the order of their letters' numbers; JavaScript's own order differs for rare letters.
export function byCodePoint(a, b) {
  const one = Array.from(a);
  const other = Array.from(b);
  const at = one.findIndex((letter, index) => letter !== other[index]);
  if (at < 0) return one.length - other.length;
  return at < other.length ? one[at].codePointAt(0) - other[at].codePointAt(0) : 1;
}
