// A tablet that somebody left stays open to nobody: after three minutes without touch or sound it asks, and a
// minute later it stands at the faces again. Nothing is lost by it. It never asks in a test that counts.
import { h, icon } from '../base/dom.js';
import { nowHere } from '../base/later.js';
import { here } from '../base/router.js';
import { onState, state } from '../base/state.js';
import { say } from '../base/words.js';
import { isSpeaking } from './voice.js';
import { endTurn, turnSeen } from './turn.js';

export const IDLE_ASK = 180000;
export const IDLE_END = 60000;
const IDLE_LOOK = 5000;
const IDLE_MARK = 60000;
let idleSince = 0;
let idleMarked = 0;
let idleBox = null;
let idleAsked = 0;

// A person's own phone is nobody else's: it does not ask.
function idleWatches() {
  const { turn, tablet } = state;
  return turn && turn.kind !== 'home' && !(tablet && tablet.device.kind !== 'tablet');
}

// A test that counts is never taken away from under somebody who thinks.
function idleTested() {
  const at = here();
  const learn = nowHere('learn');
  const line = learn && at && at.params.attempt && learn.stands() && learn.attemptNamed(at.params.attempt);
  return Boolean(line) && line.kind === 'certifying' && !line.handed;
}

function idleTouched() {
  idleSince = performance.now();
}

function idleLook() {
  if (!idleWatches()) {
    idleClose();
    idleTouched();
    return;
  }
  if (idleBox) {
    if (performance.now() - idleAsked >= IDLE_END) idleOver();
    return;
  }
  if (isSpeaking() || idleTested()) idleTouched();
  idleMark();
  if (performance.now() - idleSince >= IDLE_ASK) idleAsk();
}

// So that a tablet that is started again knows whether somebody was just here.
function idleMark() {
  if (idleSince <= idleMarked || performance.now() - idleMarked < IDLE_MARK) return;
  idleMarked = performance.now();
  turnSeen().catch(() => {}); // A store that saves nothing says so elsewhere.
}

function idleAsk() {
  idleAsked = performance.now();
  const stay = h('button.button.button--primary.button--main', { type: 'button', onclick: idleStay }, icon('check'), h('span', null, say('entry.here')));
  idleBox = h('dialog.entry-idle', { 'aria-labelledby': 'idle-title', oncancel: idleStay },
    h('h2#idle-title', null, say('entry.anybody')), h('p', null, say('entry.anybody-why')), stay);
  document.body.append(idleBox);
  idleBox.showModal();
}

function idleStay() {
  idleTouched();
  idleClose();
}

function idleClose() {
  if (!idleBox) return;
  idleBox.close();
  idleBox.remove();
  idleBox = null;
}

function idleOver() {
  idleClose();
  endTurn();
}

export function startIdle() {
  for (const touch of ['pointerdown', 'keydown', 'input', 'wheel', 'touchmove']) {
    document.addEventListener(touch, idleTouched, { passive: true, capture: true });
  }
  onState((now, changes) => 'turn' in changes && (idleClose(), idleTouched()));
  setInterval(idleLook, IDLE_LOOK);
}
