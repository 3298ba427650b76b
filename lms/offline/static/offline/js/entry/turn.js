// A turn: one person sits at this machine, from coming in to "Người tiếp theo".
import { nowHere } from '../base/later.js';
import { call } from '../base/net.js';
import { go } from '../base/router.js';
import { set, state } from '../base/state.js';
import { keepSnapshot, meta, newId, setMeta, snapshot, snapshotKeys, write } from '../store/index.js';
import { plainLook } from './mode.js';

const TURN_KEY = 'turn';
const TURN_OWED = 'owed-sign-out';
const turnEndings = [];
let turnNext = () => {};
let turnOut = null;
let turnOwes = false;

// Others clear here what they remember of the person who leaves: onTurnEnd((turn) => …).
export function onTurnEnd(clear) {
  turnEndings.push(clear);
}

// Where the machine goes when nobody sits at it.
export function afterTurn(lead) {
  turnNext = lead;
}

function turnDraft(type, turn, payload) {
  return { type, payload, class: turn.session, learner: turn.learner, attempt: null, segment: turn.id, parent: null, content: null };
}

// What cannot be saved now is kept in memory and tried again by the store; nobody is kept waiting for it.
function turnUnsaved(error) {
  if (error.name !== 'NotSaved') throw error;
}

// `lead(turn)` goes to the first view; without it that is the learner's own page.
export async function beginTurn({ learner, name, picture, colour, spoken, how, session, kind }, lead = turnHome) {
  const turn = { id: newId(), learner, name, picture, colour, spoken, how, session, kind };
  await write([turnDraft('turn.began', turn, { how })], [[TURN_KEY, turnMark(turn, Date.now())]]).catch(turnUnsaved);
  set({ turn, desk: null });
  if (kind === 'class') await turnPaid(); // A new session has ended the one before.
  return lead(turn);
}

const turnHome = () => go('home', {}, { replace: true });

const turnMark = (turn, began) => ({ ...turn, began, seen: Date.now() });

// Remembers that somebody was still here, so that a tablet that starts again knows whether to ask for them.
export async function turnSeen() {
  const kept = await snapshot(TURN_KEY);
  if (kept && state.turn && kept.id === state.turn.id) await keepSnapshot(TURN_KEY, turnMark(state.turn, kept.began));
}

export const unfinishedTurn = () => snapshot(TURN_KEY);

// "Người tiếp theo": names, drawings and pages of this learner go at once; the outbox stays as it is.
export async function endTurn() {
  const { turn, tablet } = state;
  if (tablet) tablet.learner = null;
  set({ turn: null, desk: null });
  document.getElementById('app').replaceChildren();
  document.getElementById('said').textContent = '';
  plainLook();
  if (turn) {
    turnEndings.forEach((clear) => clear(turn));
    await forgetTurn(turn, [turnDraft('turn.ended', turn, {})]);
  }
  return turnNext();
}

// The same for somebody who is only remembered, after a restart.
export async function forgetTurn({ learner, kind }, drafts = []) {
  const kept = (await snapshotKeys('')).filter((key) => key.includes(learner));
  await write(drafts, [TURN_KEY, 'look', ...kept].map((key) => [key, null])).catch(turnUnsaved);
  if (nowHere('learn')) await nowHere('learn').forgetDesk(learner).catch(turnUnsaved);
  if (kind === 'class') await endSession();
}

// The service's session of whoever sat here ends now, or as soon as there is a network.
export async function endSession() {
  turnOwes = true;
  signedOut();
  await setMeta(TURN_OWED, true).catch(turnUnsaved);
}

// Resolves when the service has ended the session of whoever sat here before, true if it could be told.
// A sign-in waits for this: an end that comes late would end the session of the one who came after.
export function signedOut() {
  turnOut = turnOut || turnPayOut().finally(() => { turnOut = null; });
  return turnOut;
}

async function turnPayOut() {
  if (!turnOwes && !(await meta(TURN_OWED))) return true;
  const answer = await call('DELETE', '/learner-sessions', { timeout: 8000 });
  if (answer.status === 0 || answer.status >= 500) return false;
  await turnPaid();
  return true;
}

function turnPaid() {
  turnOwes = false;
  return setMeta(TURN_OWED, null).catch(turnUnsaved);
}
