// Join what belongs together: a tap on the left, then on the right. The left side that waits is marked, the first
// one from the start; joined pairs come apart again.
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';
import { partsInOrder, noChange, isRevealedFor, sameIds, partText } from './parts.js';
import { tapAgain, tapFocus, tapIn, tapLabel, onActs, tapsShown, tapState, tapStatus, tapBack, tapList, tapsBox } from './taps.js';

export function drawMatch(item, told) {
  return isRevealedFor(told, item) ? matchExplained(item, told) : matchOpen(item, told);
}

export function readMatch(box) {
  return tapsShown(box.querySelector('.pairs')).map((pair) => `${pair.dataset.id}=${pair.dataset.joined}`);
}

export function pairsOf(key) {
  return Object.entries(key.pairs).map(([left, right]) => `${left}=${right}`);
}

// Left id → right id, of those that the item has.
function joinedIn(item, tokens) {
  const has = (parts, id) => parts.some((part) => part.id === id);
  const made = tokens.map((token) => [token.split('=', 1)[0], token.slice(token.indexOf('=') + 1)]);
  return new Map(made.filter(([left, right]) => has(item.lefts, left) && has(item.rights, right)));
}

function matchOpen(item, { order, given = [], level = 1, onChange = noChange }) {
  const lefts = partsInOrder(item.lefts, order);
  const rights = partsInOrder(item.rights, order);
  const status = tapStatus();
  const pairs = h('ul.pairs', { 'aria-label': say('kinds.pairs_made') }, lefts.map(pairRow));
  const open = tapList(say('kinds.left_side'), lefts, 'hold');
  const ends = tapList(say('kinds.right_side'), rights, 'pick');
  const again = tapAgain(say('kinds.match_again'));
  const box = tapsBox(item, level, h('p.answers__how', null, say('kinds.match_how')), status, pairs, h('div.sides', null, open, ends), again);
  let held = '';

  function hold(id) {
    held = id;
    for (const one of open.children) one.firstElementChild.setAttribute('aria-pressed', String(one.dataset.id === id));
  }

  function holdNext() {
    const [next] = tapsShown(open);
    hold(next ? next.dataset.id : '');
    return next;
  }

  // A joined pair is in the list of pairs and gone from the others. Where a right side may serve several times
  // all of them stay, so that it is not told which ones do.
  function join(left, right) {
    const pair = tapIn(pairs, left);
    const gone = right || pair.dataset.joined;
    pair.dataset.joined = right;
    pair.querySelector('[data-right]').textContent = right && partText(rights, right);
    pair.hidden = !right;
    tapIn(open, left).hidden = Boolean(right);
    if (gone && !item.several) tapIn(ends, gone).hidden = Boolean(right);
    ends.hidden = !tapsShown(open).length;
    again.hidden = tapsShown(pairs).length < 2;
  }

  onActs(box, {
    hold(id) {
      hold(id);
      status.textContent = say('kinds.holding', { left: partText(lefts, id) });
      return false;
    },
    pick(right) {
      if (!held) return false;
      join(held, right);
      status.textContent = say('kinds.joined', { left: partText(lefts, held), right: partText(rights, right) });
      tapFocus(holdNext());
      return true;
    },
    drop(left) {
      join(left, '');
      hold(left);
      status.textContent = say('kinds.parted', { left: partText(lefts, left) });
      tapFocus(tapIn(open, left));
    },
    clear() {
      for (const { id } of lefts) join(id, '');
      status.textContent = say('kinds.pairs_cleared');
      tapFocus(holdNext());
    },
  }, (act) => onChange(readMatch(box), { act }));
  const made = joinedIn(item, given);
  for (const { id } of lefts) join(id, made.get(id) || '');
  holdNext();
  return box;
}

function pairWords(left, right, label, state) {
  return [h('span.pair__words', null, h('span', null, left), icon('next'), h('span', { 'data-right': true }, right)), label, state];
}

function pairRow({ id, text }) {
  return h('li.pair', { 'data-id': id, 'data-joined': '' }, pairWords(text, ''),
    tapBack(`drop:${id}`, say('kinds.part'), say('kinds.part_left', { left: text })));
}

function matchExplained(item, { order, given = [], level = 1 }) {
  const { key } = item.practice;
  const lefts = partsInOrder(item.lefts, order);
  const made = joinedIn(item, given);
  const wasWrong = made.size > 0 && !sameIds(given, pairsOf(key));
  const mine = lefts.filter(({ id }) => made.has(id)).map(({ id, text }) => shownPair(item, text, made.get(id), made.get(id) === key.pairs[id] ? 'right' : 'wrong', true));
  return tapsBox(item, level,
    wasWrong && [tapLabel(say('kinds.match_was')), h('ul.pairs', null, mine)],
    tapLabel(say('kinds.match_right')),
    h('ul.pairs', null, lefts.map(({ id, text }) => shownPair(item, text, key.pairs[id], 'right', false))));
}

function shownPair(item, left, right, state, isTold) {
  return h(`li.pair.pair--${state}`, null, pairWords(left, partText(item.rights, right)),
    isTold && tapState(state, say('kinds.right'), say('kinds.wrong')));
}
