// A tablet that starts again in the middle of somebody's turn asks whether it is still that person.
import { h, picture } from '../base/dom.js';
import { mainButton, quietButton, show } from '../base/frame.js';
import { view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { IDLE_ASK, IDLE_END } from './idle.js';
import { lookAgain } from './mode.js';
import { beginTurn, forgetTurn, unfinishedTurn } from './turn.js';
import { backToPlace, start } from './ways.js';

const RESUME_LONGEST = 4 * 3600000;
let resumeOf = null;

// The turn to ask about: of the store, if it is young and the service still holds the session, or, where nothing
// answers, if somebody was here just before; else whoever the service says is signed in.
export async function turnToResume(heard) {
  const kept = await unfinishedTurn();
  const { learner, class: place, device } = state.tablet || {};
  if (device && device.kind === 'home') return null; // It is always its owner's.
  if (kept && resumeFits(kept, heard)) return kept;
  if (kept) await forgetTurn(kept);
  if (kept || heard !== 'known' || !learner || !place || device.kind !== 'tablet') return null;
  return { ...learner, learner: learner.enrolment, session: place.session, kind: 'class' };
}

function resumeFits(kept, heard) {
  const age = Date.now() - kept.began;
  const away = Date.now() - kept.seen;
  // A clock that was put back tells nothing: then the person comes in again, and finds all that was saved.
  if (age < 0 || away < 0 || age > RESUME_LONGEST) return false;
  if (heard === 'known' && kept.kind === 'class') {
    const { learner } = state.tablet;
    return Boolean(learner) && learner.enrolment === kept.learner;
  }
  if (heard === 'unknown') return false;
  return away < IDLE_ASK + IDLE_END || resumeOwn();
}

const resumeOwn = () => Boolean(state.tablet) && state.tablet.device.kind !== 'tablet';

// On a learner's own phone there is nobody else to ask for.
export function askToResume(turn) {
  resumeOf = turn;
  return resumeOwn() ? resumeYes() : resumeDraw();
}

view('resume', () => (resumeOf ? resumeDraw() : start()));

function resumeDraw() {
  const turn = resumeOf;
  show({ title: say('entry.resume'), content: [
    h('div.entry-resume', null, picture(turn.picture, turn.colour, { size: 'lg', label: turn.spoken }), h('h1', null, say('entry.resume-who', { name: turn.name }))),
    h('p', null, say('entry.resume-what')),
    h('div.entry-ways', null, quietButton(say('entry.somebody-else'), resumeNot, { icon: 'next-person' })),
  ], main: mainButton(say('entry.its-me'), resumeYes, { icon: 'check' }) });
}

async function resumeYes() {
  const turn = resumeOf;
  if (!turn) return null;
  resumeOf = null;
  await lookAgain();
  return beginTurn(turn, backToPlace);
}

async function resumeNot() {
  const turn = resumeOf;
  if (!turn) return null;
  resumeOf = null;
  document.getElementById('app').replaceChildren();
  await forgetTurn(turn);
  return start();
}
