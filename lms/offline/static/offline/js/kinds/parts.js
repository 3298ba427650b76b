// What the kinds share: the question, parts in the form's order, where the work goes on after a tap.
import { h } from '../base/dom.js';

export const noChange = () => {};

// The prompt as a heading; whatever is to be read aloud carries data-say.
export function askedHeading(item, level, ...inside) {
  return h(`h${level}.answers__question`, { 'data-say': item.prompt }, inside.length ? inside : item.prompt);
}

export function askedLegend(item, level) {
  return h('legend', null, askedHeading(item, level));
}

// The parts in the form's order; without a form in the order of the item.
export function partsInOrder(parts, order) {
  if (!order) return parts;
  return order.map((id) => parts.find((part) => part.id === id)).filter(Boolean);
}

export function partText(parts, id) {
  const found = parts.find((part) => part.id === id);
  return found ? found.text : id;
}

// Whether the tokens are these ids, all of them and nothing else; twice is once.
export function sameIds(tokens, ids) {
  const made = new Set(tokens);
  return made.size === ids.length && ids.every((id) => made.has(id));
}

export function sameRow(tokens, ids) {
  return tokens.length === ids.length && ids.every((id, index) => id === tokens[index]);
}

// Right and wrong are shown only of questions whose key the tablet has.
export function isRevealedFor({ reveal, secret }, item) {
  return Boolean(reveal && !secret && item.practice);
}

export function checkedTokens(element) {
  return Array.from(element.querySelectorAll('input:checked:not(:disabled)'), (input) => input.value);
}

// After the last tap the one main button of the screen comes next.
export function kindsMainButton() {
  return document.querySelector('.learner-dock__main button');
}
