// The trainer's corner: opened by the trainer's own card, shut again after two minutes without a touch.
// It never shows a PIN or the number of a card.
import { h } from '../base/dom.js';
import { alertBox, badge, mainButton, show } from '../base/frame.js';
import { again, go, view } from '../base/router.js';
import { onState } from '../base/state.js';
import { say } from '../base/words.js';

const CORNER_REST = 120000;
const cornerParts = new Map();
let cornerHost = null; // { account, name, online } while the corner is open.
let cornerRestTimer = 0;
let cornerTrouble = '';

// How a part of the corner is made: draw(host, params) → { title, content, main?, back? }.
export function cornerPart(name, draw) {
  cornerParts.set(name, draw);
}

// `online`: the class is held with the service; then the board opens tests and ends the class, and PINs let in.
export function openCorner(trainer, online = false) {
  cornerHost = { account: trainer.account, name: trainer.name, online };
  cornerAwake();
  return go('trainer', { part: 'menu' }, { replace: true });
}

export function shutCorner() {
  cornerHost = null;
  clearTimeout(cornerRestTimer);
}

// Back to where the tablet stands; nothing of the corner is left for the browser's Back.
export function leaveCorner() {
  shutCorner();
  history.replaceState(null, '');
  return again();
}

function cornerAwake() {
  if (!cornerHost) return;
  clearTimeout(cornerRestTimer);
  cornerRestTimer = setTimeout(leaveCorner, CORNER_REST);
}

// Without the class there is no corner either.
onState((now, changes) => changes.pack === null && cornerHost && leaveCorner());

['pointerdown', 'keydown', 'wheel'].forEach((touch) => document.addEventListener(touch, cornerAwake, { passive: true }));

export function toPart(part, params = {}) {
  return go('trainer', { part, ...params });
}

// Does what writes, then goes on; what could not be saved is said, and may be tapped again.
export async function cornerDo(act, then = again) {
  cornerTrouble = '';
  try {
    await act();
  } catch (error) {
    if (error.name !== 'NotSaved') throw error;
    cornerTrouble = say('trainer.not_saved');
    return again();
  }
  return then();
}

const cornerBack = { label: '', act: () => go('trainer', { part: 'menu' }, { replace: true }) };

view('trainer', async (params, isShown) => {
  if (!cornerHost) return leaveCorner();
  const { title, content, back = cornerBack, main = cornerDone() } = await cornerParts.get(params.part)(cornerHost, params);
  if (!isShown() || !cornerHost) return null;
  const trouble = cornerTrouble && alertBox(cornerTrouble, '', { kind: 'error', todo: say('trainer.not_saved_todo') });
  cornerTrouble = '';
  const head = h('p.corner__who', null, badge(say('trainer.corner_of', { name: cornerHost.name }), 'info', 'key'));
  return show({ title, back, content: [head, h('h1', null, title), trouble, content], main, page: 'corner' });
});

export const cornerDone = () => mainButton(say('trainer.done'), leaveCorner, { icon: 'tick' });
