// Pieces that the views of learning share, and how a tap is carried out: once, and never silently lost.
import { h, icon } from '../base/dom.js';
import { alertBox, mainButton, show } from '../base/frame.js';
import { again, go, view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { keepSnapshot } from '../store/index.js';
import { NoContent } from './content.js';
import { attemptNamed, openDesk } from './desk.js';

let pieceBusy = false;

export const placeKey = (learner) => `place:${learner}`;

// A view of the learner who sits here: draw(params, learner) gives what show() takes, or null when it leads
// elsewhere. What is shown is remembered, so that a tablet that was reloaded comes back to this place.
export function learnView(name, draw) {
  view(name, async (params, isStill) => {
    const { turn } = state;
    if (!turn) return;
    try {
      const learner = await openDesk();
      const made = isStill() && state.turn === turn && await draw(params, learner);
      if (!made || !isStill() || state.turn !== turn) return;
      show(made);
      if (made.after) made.after();
      keepPlace(turn.learner, { view: name, params });
    } catch (error) {
      if (state.turn !== turn) return; // Whoever this was for has left.
      if (!(error instanceof NoContent)) throw error;
      if (isStill()) show(missing());
    }
  });
}

function keepPlace(learner, place) {
  keepSnapshot(placeKey(learner), place).catch(() => {}); // The place is a comfort: work itself is kept by events.
}

function missing() {
  return {
    title: say('learn.missing'),
    content: [h('h1', null, say('learn.missing')), h('p', null, say('learn.missing_why')),
      link(say('learn.my_page'), goHome)],
    main: mainButton(say('learn.try_again'), again, { icon: 'undo' }),
  };
}

// A tap that waits for something: others wait until it is done, and what could not be saved is said.
export function tap(act) {
  return async (event) => {
    if (pieceBusy) return;
    const button = event && event.currentTarget;
    pieceBusy = true;
    if (button) button.setAttribute('aria-busy', 'true');
    try {
      await act();
    } catch (error) {
      tellTrouble(error);
    } finally {
      pieceBusy = false;
      if (button) button.removeAttribute('aria-busy');
    }
  };
}

// What is not on the disk is never said to be; the same tap tries it again.
export function tellTrouble(error) {
  if (error.name === 'NotSaved') tellHere(say('learn.not_saved'), say('learn.not_saved_do'), 'error');
  else if (error instanceof NoContent) tellHere(say('learn.missing'), say('learn.missing_why'), 'warning');
  else throw error;
}

// A word above everything else on the screen, in place of the last one.
export function tellHere(title, what, kind = 'info') {
  const main = document.getElementById('main');
  untell();
  const box = h('div.learn-told', { tabindex: '-1' }, alertBox(title, what, { kind }));
  main.prepend(box);
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: 'nearest' });
}

export function untell() {
  for (const old of document.querySelectorAll('.learn-told')) old.remove();
}

export function link(label, act) {
  return h('button.fact__link.link-button', { type: 'button', onclick: tap(act) }, label);
}

const goHome = () => go('home');

export function toHome() {
  return { label: say('learn.my_page'), act: goHome };
}

export function homeButton() {
  return mainButton(say('learn.to_my_page'), goHome, { icon: 'home' });
}

// The attempt that a view is about, or null after leading elsewhere: there is none, or it is handed in (or not).
export function attemptFor(id, handed) {
  const line = attemptNamed(id);
  if (line && line.handed === handed) return line;
  if (!line) go('home', {}, { replace: true });
  else go(line.handed ? 'result' : 'attempt', { attempt: id }, { replace: true });
  return null;
}

export function fact(name, title, content, kind = '') {
  return h(`div.fact${kind ? `.fact--${kind}` : ''}`, null, h('span.fact__icon', null, icon(name)),
    h('div', null, h('p.fact__title', null, title), content));
}

export function block(title, ...content) {
  return h('section.learn-block', null, h('h2', null, title), content);
}

export function nextStep(name, over, title, ...content) {
  return h('section.next-step', null, h('p.next-step__over', null, icon(name), h('span', null, over)),
    h('h2.next-step__title', null, title), content);
}

export function openLessonAt({ lesson, resume }) {
  return go('lesson', { lesson: lesson.code, screen: resume });
}
