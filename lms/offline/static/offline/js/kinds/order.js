// Put steps in order: a tap on a step puts it next, "Bỏ ra" takes it back.
import { h } from '../base/dom.js';
import { say } from '../base/words.js';
import { partsInOrder, noChange, isRevealedFor, sameRow, partText } from './parts.js';
import { tapAgain, tapFocus, tapIn, tapLabel, onActs, tapsShown, tapState, tapStatus, tapBack, tapList, tapsBox } from './taps.js';

export function drawOrder(item, told) {
  return isRevealedFor(told, item) ? orderExplained(item, told) : orderOpen(item, told);
}

export function readOrder(box) {
  return tapsShown(box.querySelector('.placed')).map((one) => one.dataset.id);
}

function orderOpen(item, { order, given = [], level = 1, onChange = noChange }) {
  const steps = partsInOrder(item.steps, order);
  const status = tapStatus();
  const put = h('ol.placed', { 'aria-label': say('kinds.steps_put') }, steps.map(orderPlaced));
  const left = tapList(say('kinds.steps_open'), steps, 'pick');
  const again = tapAgain(say('kinds.order_again'));
  const box = tapsBox(item, level, h('p.answers__how', null, say('kinds.order_how')), status, put, left, again);

  function place(id, isPut) {
    const one = tapIn(put, id);
    if (isPut) put.append(one);
    one.hidden = !isPut;
    tapIn(left, id).hidden = isPut;
    const placed = tapsShown(put);
    placed.forEach((each, index) => { each.firstElementChild.textContent = index + 1; });
    again.hidden = placed.length < 2;
    return placed.length;
  }

  onActs(box, {
    pick(id) {
      status.textContent = say('kinds.step_put', { n: place(id, true), step: partText(steps, id) });
      tapFocus(tapsShown(left)[0]);
    },
    drop(id) {
      place(id, false);
      status.textContent = say('kinds.step_out', { step: partText(steps, id) });
      tapFocus(tapIn(left, id));
    },
    clear() {
      for (const { id } of steps) place(id, false);
      status.textContent = say('kinds.steps_cleared');
      tapFocus(left.firstElementChild);
    },
  }, (act) => onChange(readOrder(box), { act }));
  for (const { id } of steps) place(id, false);
  for (const id of given) if (tapIn(put, id)) place(id, true);
  return box;
}

function orderPlaced({ id, text }) {
  return h('li.placed__one', { 'data-id': id }, h('span.placed__number'), h('span.placed__text', { 'data-say': text }, text),
    tapBack(`drop:${id}`, say('kinds.take_out'), say('kinds.take_out_step', { step: text })));
}

function orderExplained(item, { given = [], level = 1 }) {
  const { sequence } = item.practice.key;
  const wasWrong = given.length > 0 && !sameRow(given, sequence);
  const mine = given.map((id, index) => orderShown(item, index, id, id === sequence[index] ? 'right' : 'wrong', true));
  return tapsBox(item, level,
    wasWrong && [tapLabel(say('kinds.order_was')), h('ol.placed', null, mine)],
    tapLabel(say('kinds.order_right')),
    h('ol.placed', null, sequence.map((id, index) => orderShown(item, index, id, 'right', false))));
}

function orderShown(item, index, id, state, isTold) {
  const text = partText(item.steps, id);
  return h(`li.placed__one.placed__one--${state}`, null, h('span.placed__number', null, String(index + 1)),
    h('span.placed__text', { 'data-say': text }, text, isTold && tapState(state, say('kinds.in_place'), say('kinds.out_of_place'))));
}
