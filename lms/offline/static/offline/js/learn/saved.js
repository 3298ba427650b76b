// Where the answer on the screen is: being saved, on this tablet, at the class's machine, at the commune.
import { h, icon } from '../base/dom.js';
import { badge } from '../base/frame.js';
import { say } from '../base/words.js';
import { onCounts, stateOf } from '../store/index.js';
import { answerEvents } from './desk.js';
import { tap } from './pieces.js';
import { saveDrafts } from './taking.js';

// The element, and watch(promise) for an act that is on its way. Nothing is shown before something is answered.
export function savedMark(attempt, item) {
  const box = h('div.saved-mark', { role: 'status' });
  let waits = 0;
  const draw = () => {
    const ids = answerEvents(attempt, item);
    const made = waits ? savedWord('saving') : ids.length ? savedWord(stateOf(ids)) : '';
    box.replaceChildren(made);
  };
  const stop = onCounts(() => (box.isConnected ? draw() : stop()));
  const watch = (done) => {
    waits += 1;
    draw();
    const settled = () => {
      waits -= 1;
      draw();
    };
    done.then(settled, settled);
  };
  draw();
  return { box, watch };
}

function savedWord(state) {
  const words = {
    saving: () => badge(say('learn.saving'), 'neutral', 'saving'),
    device: () => badge(say('learn.on_tablet'), 'info', 'tablet'),
    box: () => badge(say('learn.at_box'), 'info', 'at-box'),
    commune: () => badge(say('learn.at_commune'), 'success', 'at-commune'),
  };
  return words[state] ? words[state]() : savedNot();
}

function savedNot() {
  return h('button.button.button--danger', { type: 'button', onclick: tap(() => saveDrafts([])) }, icon('error'), h('span', null, say('learn.not_saved_tap')));
}
