// What a learner does becomes events, each in the store before the next screen is shown. Nothing is ever said
// to be saved that is not: every function here resolves when its events are on the disk and rejects otherwise.
import { state } from '../base/state.js';
import { answersHash } from '../kinds/index.js';
import { newId, write } from '../store/index.js';
import { addOwn, attemptNamed, takeUp } from './desk.js';

// What is not on the disk yet, in order, and the last write, after which the next one begins.
let takingLeft = [];
let takingLast = Promise.resolve();

function takingDraftOf(type, payload, attempt = null, parent = null) {
  const { turn, desk } = state;
  return {
    id: newId(), type, payload, class: turn.session || null, learner: turn.learner, attempt,
    segment: turn.id, parent, content: desk ? desk.content : null,
  };
}

// One write after the other. What could not be saved before is tried again with the next, in the same order.
export function saveDrafts(drafts, snapshots = []) {
  takingLeft = takingLeft.concat(drafts);
  const mine = takingLast.then(async () => {
    const due = takingLeft;
    if (!due.length && !snapshots.length) return;
    const events = await write(due, snapshots);
    takingLeft = takingLeft.filter((draft) => !due.includes(draft));
    addOwn(events);
  });
  takingLast = mine.catch(() => {});
  return mine;
}

// Who leaves in the moment of a tap: the store notes what it was given until then (see store/parting.js).
window.addEventListener('pagehide', () => { if (takingLeft.length) write(takingLeft).catch(() => {}); }, { capture: true });

// An act that is repeated because it was not saved must not become two: it has waited under its id.
function takingIsWaiting(type, attempt, payload) {
  const text = JSON.stringify(payload);
  const last = takingLeft.filter((one) => one.type === type && one.attempt === attempt && one.learner === state.turn.learner).pop();
  return Boolean(last) && JSON.stringify(last.payload) === text;
}

function takingSaveOnce(type, payload, snapshots = [], attempt = null, parent = null) {
  const drafts = takingIsWaiting(type, attempt, payload) ? [] : [takingDraftOf(type, payload, attempt, parent)];
  return saveDrafts(drafts, snapshots);
}

export function seeScreen(lesson, screen, snapshots) {
  return takingSaveOnce('activity.opened', { lesson, screen }, snapshots);
}

export function finishLesson(lesson, screen, snapshots) {
  return takingSaveOnce('activity.finished', { lesson, screen }, snapshots);
}

// Resolves to the id of the call.
export async function askForHelp() {
  const waiting = takingLeft.filter((one) => one.type === 'help.asked' && one.learner === state.turn.learner).pop();
  const draft = waiting || takingDraftOf('help.asked', {});
  await saveDrafts(waiting ? [] : [draft]);
  return draft.id;
}

// payload: {kind, level, seed, module?, sitting?, items}. The id was made when the button was drawn.
export function startAttempt(attempt, payload) {
  takeUp(attempt);
  return takingSaveOnce('attempt.started', payload, [], attempt);
}

// The first event that this turn adds to an attempt names the last one that is known of it. Answers that stand
// on a branch of this tablet only are given once more in the line that is gone on with.
function takingGoingOn(line) {
  if (!takeUp(line.id)) return { drafts: [], parent: null };
  const drafts = Object.entries(line.again).map(([item, response], place) => (
    takingDraftOf('answer.given', { item, response }, line.id, place ? null : line.last)));
  return { drafts, parent: drafts.length ? null : line.last };
}

function takingStandingAnswer(attempt, item) {
  const waiting = takingLeft.filter((one) => one.attempt === attempt && one.type === 'answer.given' && one.payload.item === item).pop();
  return waiting ? waiting.payload.response : attemptNamed(attempt).shown[item] || [];
}

// A response as it stands now; the same again writes nothing, an empty one takes back.
export function giveAnswer(attempt, item, response, snapshots = []) {
  const line = attemptNamed(attempt);
  if (JSON.stringify(takingStandingAnswer(attempt, item)) === JSON.stringify(response)) return saveDrafts([], snapshots);
  const { drafts, parent } = takingGoingOn(line);
  return saveDrafts(drafts.concat(takingDraftOf('answer.given', { item, response }, attempt, parent)), snapshots);
}

// Hands in what stands. Everything before it must be on the disk, since the count and the hash are over it.
export async function handIn(attempt) {
  await saveDrafts([]);
  const line = attemptNamed(attempt);
  if (line.handed) return;
  const answers = line.shown;
  const payload = { count: Object.keys(answers).length, hash: answersHash(answers) };
  const { drafts, parent } = takingGoingOn(line);
  await saveDrafts(drafts.concat(takingDraftOf('attempt.submitted', payload, attempt, parent)));
}
