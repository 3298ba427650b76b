// Find the danger: each place is one checkbox that lies on the picture; its words stand in the list below.
// The inputs stand before what they mark, since old browsers know no :has().
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';
import { partsInOrder, checkedTokens, askedLegend, noChange, isRevealedFor } from './parts.js';

export function drawSpot(item, told) {
  const { order, level = 1, media = (name) => name, onChange = noChange } = told;
  const { illustration } = item;
  const isRevealed = isRevealedFor(told, item);
  const places = partsInOrder(item.spots, order).map((spot, index) => spotPlace(item, spot, index + 1, told, isRevealed));
  const box = h('fieldset.answers.spots', null, askedLegend(item, level),
    !isRevealed && h('p.answers__how', null, say('kinds.spot_how')),
    h('div.spots__board', null, h('img.spots__picture', { src: media(illustration.media), alt: illustration.alt }), places));
  box.addEventListener('change', (event) => onChange(checkedTokens(box), { act: `pick:${event.target.value}` }));
  return box;
}

function spotState(item, id, isChosen) {
  if (item.practice.key.dangers.includes(id)) return isChosen ? 'right' : 'missed';
  return isChosen ? 'wrong' : '';
}

function spotPlace(item, spot, number, { given = [], name = 'choice' }, isRevealed) {
  const checked = given.includes(spot.id);
  const state = isRevealed ? spotState(item, spot.id, checked) : '';
  const at = `.at-c${spot.column}.at-w${spot.columns}.at-r${spot.row}.at-h${spot.rows}`;
  const id = `spot-${item.id}-${number}`;
  const circle = () => h('span.spots__number', null, String(number));
  return [
    h(`input.spots__input${at}`, { type: 'checkbox', id, name, value: spot.id, checked, disabled: isRevealed }),
    h(`span.spots__mark${at}${state && `.spots__mark--${state}`}`, { 'aria-hidden': 'true' }, circle(),
      state ? h('span.spots__word', null, spotMarkWord(state)) : h('span.spots__tick', null, icon('tick'))),
    h(`label.spots__label${state && `.spots__label--${state}`}`, { for: id, 'data-say': spot.label },
      h('span.spots__box'), circle(),
      h('span.spots__text', null, spot.label, state && h('strong.spots__state', null, spotWord(state)))),
  ];
}

function spotMarkWord(state) {
  return state === 'wrong' ? [icon('close'), say('kinds.mark_harmless')] : [icon('warning'), say('kinds.mark_danger')];
}

function spotWord(state) {
  if (state === 'right') return [icon('check'), say('kinds.spot_right')];
  return state === 'missed' ? [icon('warning'), say('kinds.spot_missed')] : [icon('close'), say('kinds.spot_wrong')];
}
