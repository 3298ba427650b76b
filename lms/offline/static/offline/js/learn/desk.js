// The desk of the learner who sits here: told by the service, by the class that is carried, or kept from before.
// Together with the tablet's own events it says where the learner is (see progress.js).
import { call } from '../base/net.js';
import { again, here } from '../base/router.js';
import { set, state } from '../base/state.js';
import { eventsOf, keepSnapshot, snapshot } from '../store/index.js';
import { KINDS } from '../kinds/index.js';
import { NoContent, openBank, openContent, orNoContent, taught } from './content.js';
import { joinedDesk, sameDesk } from './joining.js';
import { preloadSoon } from './preload.js';
import { standing } from './progress.js';

const ASK_AT_FIRST = 2500;
const ASK_AGAIN = 15000;
const ASK_NOW_AND_THEN = 45000;
let deskTurn = '';
let deskOwn = [];
let deskItems = {};
let deskAsked = 0;
let deskStands = null;
// Attempts that this turn goes on with: their line stays this tablet's until they are handed in.
const deskTaken = new Set();

const deskKey = (learner) => `desk:${learner}`;

// Resolves once it is known where the learner is; throws NoContent when nothing is known and no network is there.
export async function openDesk() {
  const { turn } = state;
  // Whoever comes next while this waits must not get what belongs to the one before.
  const stays = (value) => { if (state.turn !== turn) throw new NoContent('left'); return value; };
  if (deskTurn !== turn.id) deskBegin(turn);
  if (turn.kind === 'carried') set({ desk: deskCarried(turn) });
  else if (!state.desk || state.desk.enrolment !== turn.learner) set({ desk: stays(await snapshot(deskKey(turn.learner))) || deskCarried(turn) });
  // Another tablet may have gone on meanwhile: a turn begins with the newest that a good line tells in time.
  if (!deskAsked) await Promise.race([askDesk(), new Promise((late) => setTimeout(late, state.desk ? ASK_AT_FIRST : ASK_AGAIN))]);
  if (!stays(state.desk)) throw new NoContent('desk');
  await openContent(state.desk.content, state.desk.level);
  deskOwn = stays(await eventsOf({ learner: turn.learner }));
  stays(await deskKnowItems());
  deskCount();
  preloadSoon((deskStands.following || deskStands.lessons[0]).lesson.code);
  deskRefresh(ASK_AGAIN);
  return deskStands;
}

function deskBegin(turn) {
  [deskTurn, deskAsked] = [turn.id, 0];
  deskTaken.clear();
}

function deskCarried({ learner }) {
  const carried = state.pack && state.pack.learners.find((one) => one.id === learner);
  return carried ? carried.desk : null;
}

// Practice questions are needed to know which tries are over; without them the desk's own count stands.
async function deskKnowItems() {
  const secret = new Set(state.desk.attempts.filter((one) => one.kind !== 'practice').map((one) => one.id));
  if (!deskOwn.some((event) => event.type === 'answer.given' && !secret.has(event.attempt))) return;
  deskItems = (await openBank().catch(orNoContent) || { items: deskItems }).items;
}

function deskTryEnds(line, name, response) {
  const item = deskItems[name];
  return line.kind === 'practice' && response.length > 0 && (!item || KINDS[item.kind].finished(item, response));
}

function deskCount() {
  deskStands = standing(state.desk, taught(), deskOwn, deskTryEnds);
}

export const stands = () => deskStands;

export function attemptNamed(id) {
  return deskStands.attempts.find((one) => one.id === id) || null;
}

// The last act of this kind that this tablet wrote in an attempt.
export function ownEvent(type, attempt) {
  return deskOwn.filter((event) => event.type === type && event.attempt === attempt).pop() || null;
}

// What was just written to the store is known at once.
export function addOwn(events) {
  const mine = events.filter((event) => state.turn && event.learner === state.turn.learner);
  const held = new Set(deskOwn.map((event) => event.id));
  deskOwn = deskOwn.concat(mine.filter((event) => !held.has(event.id)));
  if (mine.length && deskStands && state.desk) deskCount(); // Help may be called before the desk is known.
}

export function takeUp(attempt) {
  const first = !deskTaken.has(attempt);
  deskTaken.add(attempt);
  return first;
}

// Asks the service; true when it told. The carried class knows nobody's desk but that of its pack.
export async function askDesk() {
  const { turn } = state;
  if (!turn || turn.kind === 'carried') return false;
  deskAsked = Date.now();
  const answer = await call('GET', '/learner/desk', { as: turn.kind === 'home' ? 'tablet' : 'learner' });
  if (!answer.ok || !answer.body || state.turn !== turn || answer.body.enrolment !== turn.learner) return false;
  const desk = joinedDesk(state.desk, answer.body, deskTaken);
  // A tablet that is slow or full still shows what it was told; the store tries again and says so itself.
  await keepSnapshot(deskKey(turn.learner), desk).catch(() => {});
  const content = await openContent(desk.content, desk.level).catch(orNoContent); // A newer release only with its index.
  const own = await eventsOf({ learner: turn.learner });
  if (state.turn !== turn || !content) return false;
  set({ desk });
  deskOwn = own;
  deskCount();
  return true;
}

// Home and tests tell what the service knows, as that a test is open now: it is asked beside, and now and then.
async function deskRefresh(least) {
  const at = here();
  if (!at || !['home', 'tests'].includes(at.view) || Date.now() - deskAsked < least) return;
  const before = state.desk;
  if (await askDesk() && here() === at && !sameDesk(before, state.desk)) again();
}

setInterval(() => !document.hidden && state.turn && deskRefresh(ASK_NOW_AND_THEN), ASK_NOW_AND_THEN);

// The next learner finds nothing of the one before; what is on its way to the commune stays.
export async function forgetDesk(learner) {
  await keepSnapshot(deskKey(learner), null);
  if (state.desk && state.desk.enrolment === learner) set({ desk: null });
  [deskOwn, deskStands] = [[], null];
}
