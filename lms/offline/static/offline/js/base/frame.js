// The learner's screen: who sits here and help above, one thing in the middle, one main button below.
// It is the same frame as core/templates/core/shell_learner.html, which serves where there are no scripts.
import { h, icon, picture } from './dom.js';
import { say } from './words.js';
import { state } from './state.js';

const corners = { help: null, next: null, status: null, top: null };

// Others fill the corners: help(), next(), status() and top() each give an element or null, at every drawing.
export function fill(makers) {
  Object.assign(corners, makers);
}

const made = (name) => (corners[name] ? corners[name]() : null);

// back: { label, act } or null; main: an element (mainButton) or null; content: elements.
export function show({ title, back = null, content = [], main = null, page = '' }) {
  document.title = `${title} · ${say('base.name')}`;
  const app = document.getElementById('app');
  app.replaceChildren(top(), ...[made('status')].filter(Boolean), middle(back, content, page), ...dock(main));
  window.scrollTo(0, 0);
  const heading = app.querySelector('[data-focus]') || app.querySelector('h1');
  if (heading) {
    if (!heading.hasAttribute('tabindex') && !/^(A|BUTTON|INPUT)$/.test(heading.tagName)) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

function top() {
  const { turn } = state;
  const who = turn
    ? [picture(turn.picture, turn.colour, { size: 'sm' }), h('span.learner-top__name', null, turn.name)]
    : [h('span.wordmark', null, h('span.wordmark__text', null, say('base.name')))];
  return h('header.learner-top', null, h('div.learner-top__who', null, ...who), made('top'), turn && made('help'));
}

function middle(back, content, page) {
  return h(`main#main.learner-main${page ? `.${page}` : ''}`, { tabindex: '-1' }, back && backButton(back), content);
}

function backButton({ label, act }) {
  return h('button.learner-back.learner-back--button', { type: 'button', onclick: act }, icon('back'), h('span', null, label || say('base.back')));
}

function dock(main) {
  const next = state.turn ? made('next') : null;
  if (!main && !next) return [];
  return [h('footer.learner-dock', null, next, h('div.learner-dock__main', null, main))];
}

// The one main button of a screen.
export function mainButton(label, act, { icon: name = 'next', kind = 'primary', id = 'main-action' } = {}) {
  return h(`button.button.button--${kind}.button--main#${id}`, { type: 'button', onclick: act }, icon(name), h('span', null, label));
}

export function quietButton(label, act, { icon: name = '', kind = 'quiet', disabled = false } = {}) {
  return h(`button.button.button--${kind}`, { type: 'button', onclick: act, disabled }, name && icon(name), h('span', null, label));
}

// kind: info, success, warning or error, as the component of the same name.
export function alertBox(title, what = '', { kind = 'info', todo = '' } = {}) {
  const names = { info: 'info', success: 'check', warning: 'warning', error: 'error' };
  return h(`div.alert.alert--${kind}`, { role: kind === 'error' ? 'alert' : null }, icon(names[kind]), h('div.alert__body', null,
    h('p.alert__title', null, title), what && h('p', null, what),
    todo && h('p', null, h('strong', null, say('base.todo')), ` ${todo}`)));
}

export function badge(label, kind = 'neutral', name = 'dot') {
  return h(`span.badge.badge--${kind}`, null, icon(name), h('span', null, label));
}

// "3 trong 8" with its bar.
export function progress(done, total, label) {
  return h('div.progress', null,
    h('p.progress__words', null, label && h('span', null, label), ' ', h('strong', null, `${done} ${say('base.of')} ${total}`)),
    h('div.progress__track', { 'aria-hidden': 'true' }, h('progress.progress__bar', { max: total, value: done })));
}
