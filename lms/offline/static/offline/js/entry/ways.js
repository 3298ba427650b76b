// Where this machine stands, and which view follows from it when nobody sits here.
import { h } from '../base/dom.js';
import { show } from '../base/frame.js';
import { call } from '../base/net.js';
import { later, nowHere } from '../base/later.js';
import { go, onLost } from '../base/router.js';
import { set, state } from '../base/state.js';
import { say } from '../base/words.js';
import { keepSnapshot, snapshot } from '../store/index.js';
import { afterTurn, beginTurn } from './turn.js';

const TABLET_KEY = 'tablet';
const WAY_FRESH = 5000;
let wayOpen = false; // The service answered the last call.
let wayFaces = { faces: null, at: 0 }; // The class as the service just told it: drawn at once or not at all.

// A line that answers nothing is not waited for long where the class is carried.
export const patience = () => (state.pack ? 3000 : 8000);

// 'known', 'unknown' (the service does not know this machine) or 'silent' (no answer: what is kept stands).
export async function askTablet() {
  return hearTablet(await call('GET', '/tablet', { timeout: patience() }));
}

export async function hearTablet({ ok, status, body }) {
  wayOpen = status > 0;
  if (ok && body && body.device) {
    const { faces, ...tablet } = body;
    wayFaces = { faces, at: performance.now() };
    set({ tablet });
    await wayKeep(tablet);
    return 'known';
  }
  // The sign-in page of a hall's network refuses too, but not in the service's words.
  if ((status === 401 || status === 403) && body && body.type) {
    set({ tablet: null });
    await wayKeep(null);
    return 'unknown';
  }
  wayOpen = false; // Whatever answered was not the service.
  if (!state.tablet) set({ tablet: await snapshot(TABLET_KEY) || null });
  return 'silent';
}

// Once: whoever comes later may find other faces.
export function takeFaces() {
  const { faces, at } = wayFaces;
  wayFaces = { faces: null, at: 0 };
  return performance.now() - at < WAY_FRESH ? faces : null;
}

// A shared tablet keeps nobody's name; a learner's own phone knows its owner without network too.
function wayKeep(told) {
  const kept = told && { ...told, learner: told.device.kind === 'home' ? told.learner : null };
  return keepSnapshot(TABLET_KEY, kept).catch(() => {}); // It is asked again at the next start.
}

// The line is gone in the middle: the class from the pack if there is one, else what to do.
export function offTheLine() {
  wayOpen = false;
  return state.pack ? nowHere('trainer').carriedFaces() : go('no-network', {}, { replace: true });
}

// A call was refused: the service is asked whether it still knows this machine.
export function noLongerKnown() {
  return askTablet().then(start);
}

export function start() {
  const { turn, tablet, pack } = state;
  const to = (name) => go(name, {}, { replace: true });
  if (turn) return to('home');
  if (!tablet) return to(wayOpen ? 'unknown' : 'no-network');
  if (tablet.device.kind !== 'tablet') return wayOwn(tablet);
  // Where the class was carried until now, its view says why it is not any more.
  if (pack ? !(wayOpen && tablet.class) : state.gone && !wayOpen) return nowHere('trainer').carriedFaces();
  return to(tablet.class ? 'faces' : 'code');
}

// A learner's own phone: at home it is always its owner's, in class for as long as the meeting lasts.
function wayOwn({ device, learner, class: place }) {
  if (!learner) return go(device.kind === 'home' ? 'no-network' : 'join', {}, { replace: true });
  const { enrolment, ...face } = learner;
  const home = device.kind === 'home';
  return beginTurn({ ...face, learner: enrolment, how: home ? 'card' : face.how, session: home || !place ? null : place.session, kind: home ? 'home' : 'class' }, backToPlace);
}

export function waiting() {
  show({ title: say('base.name'), content: h('p.player-wait', null, say('entry.wait')) });
}

// To the very screen on which this learner was last.
export const backToPlace = async (turn) => (await later('learn')).resumeView(turn);

afterTurn(start);
onLost(start);
