// What order and match share: working buttons, the sentence that says what a tap has done, the focus after it.
import { h, icon } from '../base/dom.js';
import { askedLegend, kindsMainButton } from './parts.js';

export function tapsBox(item, level, ...content) {
  return h('fieldset.answers.activity', null, askedLegend(item, level), content);
}

export function tapButton(spec, act, props, ...content) {
  return h(`button${spec}`, { type: 'button', name: 'act', value: act, ...props }, ...content);
}

export function tapBack(act, label, aria) {
  return tapButton('.button.button--quiet.placed__out', act, { 'aria-label': aria }, icon('undo'), h('span', null, label));
}

export function tapList(label, parts, act) {
  return h('ul.taps', { 'aria-label': label }, parts.map(({ id, text }) => h('li', { 'data-id': id },
    tapButton('.tap', `${act}:${id}`, { 'data-say': text }, text))));
}

export function tapAgain(label) {
  return h('p.activity__again', null, tapButton('.button.button--quiet', 'clear', null, icon('undo'), h('span', null, label)));
}

export function tapStatus() {
  return h('p.activity__said', { role: 'status' });
}

// Calls acts[act](id) for every working button; `changed` hears of it unless the act gives false.
export function onActs(box, acts, changed) {
  box.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="act"]');
    if (!button) return;
    const [act, id] = button.value.split(':');
    if (acts[act](id) !== false) changed(button.value);
  });
}

export function tapsShown(list) {
  return Array.from(list.children).filter((one) => !one.hidden);
}

export function tapIn(list, id) {
  return Array.from(list.children).find((one) => one.dataset.id === id);
}

export function tapFocus(one) {
  const next = one ? one.querySelector('button') : kindsMainButton();
  if (next) next.focus();
}

// "Right" or "not right", with its picture.
export function tapState(state, right, wrong) {
  return h('strong.placed__state', null, icon(state === 'right' ? 'check' : 'error'), state === 'right' ? right : wrong);
}

export function tapLabel(words) {
  return h('p.activity__label', null, words);
}
