// Fill in a number: one big box with its unit behind it.
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';
import { askedHeading, kindsMainButton, noChange, isRevealedFor } from './parts.js';
import { cleanText, numberIsRight } from './text.js';

export function readNumberBox(box) {
  const text = cleanText(box.querySelector('input').value);
  return text ? [text] : [];
}

// `trouble` is the sentence that says why what was sent is no number.
export function drawNumber(item, told) {
  const { given = [], name = 'choice', level = 1, trouble = '', onChange = noChange } = told;
  const id = `f-${name}`;
  const isRevealed = isRevealedFor(told, item);
  const state = isRevealed ? numberState(item, given) : '';
  const described = isRevealed ? null : `${trouble && `${id}-loi `}${id}-don-vi ${id}-how`;
  const input = h('input.fill__box', {
    id, name, type: 'text', inputmode: 'decimal', autocomplete: 'off', maxlength: '24', value: given[0] || '',
    readonly: isRevealed, 'aria-describedby': described, 'aria-invalid': trouble ? 'true' : null, 'data-focus': Boolean(trouble),
  });
  const box = h('div.answers.activity', null,
    askedHeading(item, level, h('label', { for: id }, item.prompt)),
    !isRevealed && h('p.answers__how', { id: `${id}-how` }, say('kinds.number_how')),
    h(`p.fill${state && `.fill--${state}`}`, null, input, h('span.fill__unit', { id: `${id}-don-vi` }, item.unit)),
    trouble && h('p.field__error', { id: `${id}-loi` }, icon('error'), h('span', null, trouble)),
    isRevealed && h('p.fill__right', null, h('strong', null, say('kinds.number_right')), ` ${item.practice.right_words.join('; ')}`));
  input.addEventListener('input', () => onChange(readNumberBox(box), { act: 'fill' }));
  input.addEventListener('keydown', (event) => numberEnter(event, kindsMainButton()));
  return box;
}

function numberState(item, given) {
  const { value, tolerance } = item.practice.key;
  return given.length === 1 && numberIsRight(given[0], value, tolerance) ? 'right' : 'wrong';
}

// Enter in the box is the main button, as on any form.
function numberEnter(event, main) {
  if (event.key !== 'Enter' || event.isComposing || !main) return;
  event.preventDefault();
  main.click();
}
