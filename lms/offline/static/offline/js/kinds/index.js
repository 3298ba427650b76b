// The seven kinds of questions on the tablet: how they look and what a response is worth, equal to the pages of
// /hoc and to courses.activities. An item is a public item; of practice it holds `practice` with its key.
//
// draw(item, told) → element. told: order (the form's, else the item's), given (tokens so far), tried (tokens of the
//   last try that was wrong, whose cards are marked and closed), reveal (explained), secret, name, level, media(name),
//   address, trouble (of a number: the sentence), onChange(tokens, { act }). act tells what was done: pick:…, drop:…,
//   clear, fill (each letter of a number: a reload at any moment loses nothing), tap:…, type (Enter on a phone), restart.
// read(element) → tokens. points → 1, 0, or null where the key is not here. finished: a whole try.
// trouble → name of the words that say why this is no whole answer, or ''; troubleText says them.
// spoken(item, order) → [{ id, text }] to read aloud; in a drawn element whatever can be read carries data-say.
import { say } from '../base/words.js';
import { shaHex } from '../store/ids.js';
import { drawMultiple, drawSingle } from './choice.js';
import { drawMatch, pairsOf, readMatch } from './match.js';
import { drawNumber, readNumberBox } from './number.js';
import { drawOrder, readOrder } from './order.js';
import { partsInOrder, checkedTokens, sameIds, sameRow } from './parts.js';
import { drawPhone, readPhone } from './phone.js';
import { drawSpot } from './spot.js';
import { byCodePoint, numberIsRight, readNumber } from './text.js';
import { phoneIsDone, walkPhone } from './walk.js';

// A kind as others use it, from what is its own: isRight(key, tokens, item), parts that a form may shuffle.
function kindOf({ draw, read, isRight, parts = () => [], shuffled = true, savesEachAct = false, finished, trouble = () => '', troubleText = () => '' }) {
  return {
    draw, read, parts, shuffled, savesEachAct, trouble, troubleText,
    points: (item, tokens) => (item.practice ? Number(tokens.length > 0 && isRight(item.practice.key, tokens, item)) : null),
    finished: (item, tokens) => tokens.length > 0 && (!finished || finished(item, tokens)),
    rightWords: (item) => (item.practice ? item.practice.right_words : []),
    spoken: (item, order) => [{ id: '', text: item.prompt }].concat(partsInOrder(parts(item), order).map(({ id, text, label }) => ({ id, text: text || label }))),
  };
}

const chosenKind = { read: checkedTokens, parts: (item) => item.options, isRight: (key, tokens) => sameIds(tokens, key.right) };
const stepsLeft = (item, tokens) => item.steps.length - tokens.length;
const pairsLeft = (item, tokens) => item.lefts.length - tokens.length;
const isNoNumber = (tokens) => tokens.length > 0 && readNumber(tokens[0]) === null;

export const KINDS = {
  single: kindOf({ ...chosenKind, draw: drawSingle }),
  multiple: kindOf({ ...chosenKind, draw: drawMultiple }),
  order: kindOf({
    draw: drawOrder, read: readOrder, parts: (item) => item.steps, isRight: (key, tokens) => sameRow(tokens, key.sequence),
    trouble: (item, tokens) => (stepsLeft(item, tokens) ? 'kinds.steps_left' : ''),
    troubleText: (item, tokens) => (stepsLeft(item, tokens) ? say('kinds.steps_left', { n: stepsLeft(item, tokens) }) : ''),
  }),
  match: kindOf({
    draw: drawMatch, read: readMatch, parts: (item) => item.lefts.concat(item.rights), isRight: (key, tokens) => sameIds(tokens, pairsOf(key)),
    trouble: (item, tokens) => (pairsLeft(item, tokens) ? 'kinds.pairs_left' : ''),
    troubleText: (item, tokens) => (pairsLeft(item, tokens) ? say('kinds.pairs_left', { n: pairsLeft(item, tokens) }) : ''),
  }),
  spot: kindOf({
    draw: drawSpot, read: checkedTokens, parts: (item) => item.spots, shuffled: false, isRight: (key, tokens) => sameIds(tokens, key.dangers),
  }),
  number: kindOf({
    draw: drawNumber, read: readNumberBox,
    isRight: (key, tokens) => tokens.length === 1 && numberIsRight(tokens[0], key.value, key.tolerance),
    trouble: (item, tokens) => (isNoNumber(tokens) ? 'kinds.no_number' : ''),
    troubleText: (item, tokens) => (isNoNumber(tokens) ? say('kinds.no_number', { typed: tokens[0] }) : ''),
  }),
  simulation: kindOf({
    draw: drawPhone, read: readPhone, savesEachAct: true,
    isRight: (key, tokens, item) => phoneIsDone(walkPhone(item, tokens)), finished: (item, tokens) => walkPhone(item, tokens).ended !== '',
  }),
};

const drawKey = (seed, role, name) => shaHex(`${seed}\n${role}\n${name}`);

// By hashes in hex, which are never equal.
function sortedByKey(things, key) {
  const keyed = things.map((one) => [key(one), one]);
  return keyed.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map((pair) => pair[1]);
}

// The form of a plan, equal to assessments/rules/forms.py: the same seed draws the same questions on every machine.
// content.items: id → item with skill and difficulty; exclude: ids drawn before, repeats included.
export function drawForm(content, plan, seed, exclude = []) {
  const before = new Map();
  for (const id of exclude) before.set(id, (before.get(id) || 0) + 1);
  const drawn = new Set();
  for (const row of plan.rows) {
    const pool = Object.values(content.items).filter((item) => item.skill === row.skill && !drawn.has(item)
      && (!row.difficulty.length || row.difficulty.includes(item.difficulty)));
    if (pool.length < row.count) throw new Error(`The bank holds too few questions of ${row.skill}.`);
    const rank = sortedByKey(pool, (item) => drawKey(seed, 'draw', item.id));
    rank.sort((a, b) => (before.get(a.id) || 0) - (before.get(b.id) || 0));
    rank.slice(0, row.count).forEach((item) => drawn.add(item));
  }
  return sortedByKey(Array.from(drawn), (item) => drawKey(seed, 'item', item.id)).map((item) => [item.id, shuffledParts(seed, item)]);
}

// Of a picture the places stay where the eye goes.
function shuffledParts(seed, item) {
  const { parts, shuffled } = KINDS[item.kind];
  const ids = parts(item).map((part) => part.id);
  return shuffled ? sortedByKey(ids, (id) => drawKey(seed, item.id, id)) : ids;
}

// What answers to a practice form are worth.
export function markForm(content, form, answers) {
  const mark = { points: 0, max: 0, items: {}, skills: {} };
  for (const [id] of form) {
    const item = content.items[id];
    const points = KINDS[item.kind].points(item, answers[id] || []);
    const [made, most] = mark.skills[item.skill] || [0, 0];
    mark.items[id] = points;
    mark.skills[item.skill] = [made + points, most + 1];
    mark.points += points;
    mark.max += 1;
  }
  return mark;
}

// The hash of an attempt's last answers (item id → tokens), as assessments/rules/trail.py computes it.
export function answersHash(answers) {
  const rows = Object.keys(answers).sort(byCodePoint).map((id) => [id, answers[id]]);
  return shaHex(JSON.stringify(rows));
}
