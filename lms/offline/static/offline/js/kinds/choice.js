// One right answer or several: big cards, which carry the whole answer themselves.
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';
import { partsInOrder, checkedTokens, askedLegend, noChange, isRevealedFor } from './parts.js';

export function drawSingle(item, told) {
  return drawAnswers(item, told, false);
}

export function drawMultiple(item, told) {
  return drawAnswers(item, told, true);
}

function drawAnswers(item, told, many) {
  const { order, name = 'choice', level = 1, onChange = noChange } = told;
  const states = answerStates(item, told);
  const box = h('fieldset.answers', { id: `f-${name}` }, askedLegend(item, level),
    many && h('p.answers__how', null, say('kinds.several')),
    h('div.answers__list', null, partsInOrder(item.options, order).map((one) => answerCard(one, states.get(one.id), item, told, many))));
  box.addEventListener('change', (event) => onChange(checkedTokens(box), { act: `pick:${event.target.value}` }));
  return box;
}

// What was tried and is wrong is marked at once, what is right when it is explained.
function answerStates(item, told) {
  const states = new Map();
  if (told.secret || !item.practice) return states;
  const { right } = item.practice.key;
  const isRevealed = isRevealedFor(told, item);
  const made = (isRevealed ? told.given : told.tried) || [];
  for (const id of made) if (!right.includes(id)) states.set(id, 'wrong');
  if (isRevealed) for (const id of right) states.set(id, 'right');
  return states;
}

function answerCard({ id, text }, state, item, told, many) {
  const { given = [], name = 'choice' } = told;
  const disabled = Boolean(state) || isRevealedFor(told, item);
  return h(`label.answer${state ? `.answer--${state}` : ''}`, { 'data-say': text },
    h('input', { type: many ? 'checkbox' : 'radio', name, value: id, checked: given.includes(id), disabled }),
    h('span.answer__mark'),
    h('span.answer__text', null, text, state && h('strong.answer__state', null, answerWord(state))));
}

function answerWord(state) {
  return state === 'right' ? [icon('check'), say('kinds.right')] : [icon('error'), say('kinds.wrong')];
}
