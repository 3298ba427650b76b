// How well each screen fits a question, by the same sums as courses/asking/ranking.py.
import { askFound, askRead } from './words.js';

const askSum = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

export function askReading(index, lexicon, question) {
  const words = askRead(question, index.known);
  const spans = askFound(lexicon.groups, words);
  const of = new Map();
  for (const span of spans) for (let at = span[0]; at < span[1]; at += 1) of.set(at, span);
  const asked = askAgainst(index, lexicon, words);
  const singles = words.map((word, at) => at).filter((at) => !of.has(at));
  const said = words.map((word, at) => at).filter((at) => of.has(at) || !asked.stops[at]);
  const pairs = said.slice(1).map((two, at) => [said[at], two]).filter(([one, two]) => !of.has(one) || of.get(one) !== of.get(two));
  const has = (name) => askFound(lexicon[name], words).length > 0;
  return {
    units: spans.map(asked.phrase).concat(singles.map(asked.single)), pairs: pairs.map(asked.pair),
    happened: has('emergency'), asksMeaning: has('meaning'), asksFigure: has('figure'), isElsewhere: has('elsewhere'),
  };
}

// All screens that hold anything of the question, the best first.
export function askRank(index, lexicon, reading) {
  const best = new Map();
  reading.units.forEach((unit, at) => unit.scores.forEach((score, number) => {
    const { key } = index.passages[number];
    if (!best.has(key)) best.set(key, reading.units.map(() => 0));
    best.get(key)[at] = Math.max(best.get(key)[at], score);
  }));
  const numbers = new Set([].concat(...reading.units.map((unit) => [...unit.scores.keys()])));
  const found = [...numbers].sort((a, b) => a - b).map((number) => askOne(index, lexicon, reading, number, best.get(index.passages[number].key)));
  return found.sort((a, b) => b.score - a.score || a.number - b.number);
}

function askOne(index, { weights }, reading, number, lesson) {
  const own = reading.units.map((unit) => unit.scores.get(number) || 0);
  const tied = reading.pairs.map((pair) => pair.scores.get(number) || 0);
  const named = index.heads.get(index.passages[number].key);
  const heads = reading.units.map((unit) => (unit.counts && unit.names.some((name) => named.has(name)) ? unit.most : 0));
  const score = askSum(own) + askSum(tied) + weights.lesson * askSum(lesson) + weights.head * askSum(heads);
  return {
    number, score: score * askFactor(index, weights, reading, number), held: askShare(reading.units, own), lesson_held: askShare(reading.units, lesson),
    tied: askShare(reading.pairs, tied), headed: askShare(reading.units, heads),
  };
}

function askFactor(index, weights, reading, number) {
  const passage = index.passages[number];
  if (passage.isReview) return weights.review;
  return (passage.prompt ? weights.exercise : 1) * (reading.happened && index.remedies.has(number) ? weights.remedy : 1)
    * (reading.asksMeaning && index.meanings.has(number) ? weights.meaning : 1);
}

function askShare(units, scores) {
  const most = askSum(units.map((unit) => (unit.counts ? unit.most : 0)));
  return most ? askSum(units.map((unit, at) => (unit.counts ? Math.min(scores[at], unit.most) : 0))) / most : 0;
}

// The words of one question against one index: how its parts score.
function askAgainst(index, lexicon, words) {
  const { weights } = lexicon;
  const screens = Math.max(weights.fewest, index.passages.length);
  const rarity = (holding) => Math.max(weights.least, Math.log(1 + (screens - holding + 0.5) / (holding + 0.5)));
  const weighed = (rare, held) => {
    const scores = new Map();
    held.forEach((weight, number) => {
      const length = 1 - weights.b + (weights.b * index.lengths[number]) / index.mean;
      scores.set(number, (rare * weight * (weights.k1 + 1)) / (weight + weights.k1 * length));
    });
    return scores;
  };
  const stops = words.map((word) => (word.loose ? lexicon.stopBare.has(word.bare) : lexicon.stop.has(word.full)));
  const forms = words.map((word) => {
    const unsure = word.loose ? 1 : 2 * weights.other_marks;
    const sure = (full) => (word.loose || !index.words.has(word.full) ? unsure : full === word.full ? 1 : weights.other_marks);
    return (index.fulls.get(word.bare) || []).map((full) => [full, sure(full)]);
  });
  const single = (at) => {
    const most = Math.max(0, ...forms[at].map((form) => form[1]));
    const names = forms[at].filter((form) => form[1] === most).map((form) => form[0]);
    const rare = rarity(new Set([].concat(...names.map((full) => [...index.words.get(full).keys()]))).size) * (stops[at] ? weights.stop : 1);
    const held = new Map();
    for (const [full, sure] of forms[at]) index.words.get(full).forEach((posting, number) => held.set(number, (held.get(number) || 0) + sure * posting.weight));
    return { scores: weighed(rare, held), most: rare, counts: !stops[at], names };
  };
  const phrase = ([begin, end, meaning]) => {
    const groups = index.groups.get(meaning) || new Map();
    const rare = weights.group * rarity(groups.size);
    const parts = new Map();
    for (let at = begin; at < end; at += 1) single(at).scores.forEach((score, number) => parts.set(number, (parts.get(number) || 0) + score));
    weighed(rare, groups).forEach((score, number) => parts.set(number, Math.max(score, parts.get(number) || 0)));
    return { scores: parts, most: rare, counts: true, names: [`=${meaning}`] };
  };
  const pair = ([one, two]) => {
    const held = new Map();
    for (const [first, sure] of forms[one]) {
      for (const [second, too] of forms[two]) askNear(index, weights, first, second, (number, worth) => held.set(number, (held.get(number) || 0) + worth * sure * too));
    }
    const rare = weights.pair * rarity(held.size);
    return { scores: weighed(rare, held), most: rare, counts: true, names: [] };
  };
  return { stops, single, phrase, pair };
}

function askNear(index, { near }, first, second, told) {
  const follows = index.words.get(second);
  index.words.get(first).forEach((posting, number) => {
    if (!follows.has(number)) return;
    const { places } = follows.get(number);
    let worth = 0;
    for (const place of posting.places) for (const [step, much] of near) if (places.has(place + step)) worth += much;
    if (worth) told(number, worth);
  });
}
