// Vietnamese words as people type them, read as the service reads them (courses/asking/words.py).
const ASK_LONGEST = 300;
const ASK_SURE_LETTERS = 4;
const askTones = { '\u0300': 'f', '\u0301': 's', '\u0309': 'r', '\u0303': 'r', '\u0323': 'j' };
const askPairs = (text) => text.split(' ').map((pair) => pair.split('>'));
const askHeads = askPairs('s>x x>s ch>tr tr>ch gi>d gi>r d>gi d>r r>d r>gi v>d d>v l>n n>l k>c c>k ngh>ng ng>ngh g>gh gh>g h>qu qu>h f>ph z>d w>qu j>gi b>p p>b');
const askTails = askPairs('n>ng ng>n t>c c>t i>y y>i ch>t nh>n n>nh o>u u>o oet>uet k>c');

// Letters with their hats, then the tone behind a dot.
export function askFull(word) {
  let letters = '';
  let tone = '';
  for (const letter of word.normalize('NFD')) {
    if (askTones[letter]) tone = askTones[letter];
    else letters += letter;
  }
  letters = letters.normalize('NFC');
  return tone ? `${letters}.${tone}` : letters;
}

export const askBare = (full) => full.split('.')[0].replace(/\u0111/g, 'd').normalize('NFD').replace(/\p{M}/gu, '');

export function askSyllables(text) {
  return (text.normalize('NFC').toLowerCase().match(/[\p{L}\p{N}]+/gu) || []).map(askFull);
}

export const askExact = (fulls) => fulls.map((full) => ({ full, bare: askBare(full), loose: false }));

// The syllables of a question; `known`: bare form → how often it stands in what is searched.
export function askRead(text, known) {
  const fulls = askSyllables(Array.from(text).slice(0, ASK_LONGEST).join(''));
  const marked = fulls.some((full) => full !== askBare(full));
  return fulls.map((full) => {
    const bare = askBare(full);
    const meant = known.has(bare) ? '' : askMeant(bare, known);
    return meant ? { full: meant, bare: meant, loose: true } : { full, bare, loose: !marked };
  });
}

function askMeant(bare, known) {
  for (const guesses of [askTyped(bare), askAlike(bare), askSlipped(bare)]) {
    const found = guesses.filter((one) => known.has(one));
    if (found.length) return found.reduce((best, one) => (known.get(one) > known.get(best) || (known.get(one) === known.get(best) && one < best) ? one : best));
  }
  return '';
}

// What Telex or VNI left behind.
function askTyped(bare) {
  const plain = bare.replace(/\d/g, '');
  const found = plain && plain !== bare ? [plain] : [];
  let rest = plain.replace(/aa/g, 'a').replace(/ee/g, 'e').replace(/oo/g, 'o').replace(/dd/g, 'd');
  rest = rest.slice(0, 1).replace('w', 'u') + rest.slice(1).replace(/w/g, '');
  for (let at = rest.length - 1; at > 0; at -= 1) {
    if ('sfrxj'.includes(rest[at])) found.push(rest.slice(0, at) + rest.slice(at + 1));
  }
  return rest !== bare ? [...found, rest] : found;
}

function askAlike(bare) {
  const heads = [bare, ...askHeads.filter(([old]) => bare.startsWith(old)).map(([old, now]) => now + bare.slice(old.length))];
  const tails = heads.map((head) => askTails.filter(([old]) => head.endsWith(old)).map(([old, now]) => head.slice(0, head.length - old.length) + now));
  return heads.slice(1).concat(...tails);
}

function askSlipped(bare) {
  if (bare.length < ASK_SURE_LETTERS) return [];
  const made = [];
  for (let at = 0; at <= bare.length; at += 1) {
    const [head, tail] = [bare.slice(0, at), bare.slice(at)];
    if (tail) made.push(head + tail.slice(1));
    if (tail.length > 1) made.push(head + tail[1] + tail[0] + tail.slice(2));
    for (const now of 'abcdeghiklmnopqrstuvxy') {
      if (tail) made.push(head + now + tail.slice(1));
      made.push(head + now + tail);
    }
  }
  return made;
}

const askOrder = (one, other) => {
  const at = one.findIndex((word, place) => word !== other[place]);
  return at < 0 ? 0 : one[at] < other[at] ? -1 : 1;
};

// Phrases by the bare form of their first syllable, the longest first; meanings: [phrase, what it stands for].
export function askPhrases(meanings) {
  const named = new Map();
  for (const [phrase, meaning] of meanings) {
    const fulls = askSyllables(phrase);
    if (!named.has(fulls.join(' '))) named.set(fulls.join(' '), { fulls, meaning });
  }
  const begun = new Map();
  const listed = [...named.values()].sort((a, b) => b.fulls.length - a.fulls.length || askOrder(a.fulls, b.fulls));
  for (const one of listed) {
    const first = askBare(one.fulls[0]);
    begun.set(first, (begun.get(first) || []).concat(one));
  }
  return begun;
}

// [from, to, meaning] of the phrases in these words: from the left, the longest first.
export function askFound(begun, words) {
  const spans = [];
  for (let at = 0; at < words.length;) {
    const fits = (word, full) => word && (word.loose ? word.bare === askBare(full) : word.full === full);
    const here = (begun.get(words[at].bare) || []).find(({ fulls }) => fulls.every((full, n) => fits(words[at + n], full)));
    if (here) spans.push([at, at + here.fulls.length, here.meaning]);
    at += here ? here.fulls.length : 1;
  }
  return spans;
}
