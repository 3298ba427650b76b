// The meeting that is held at this very tablet: what the trainer opened, marked and saw here.
// Every act is an event and, in the same transaction, the tablet's own picture of the meeting.
import { set, state } from '../base/state.js';
import { beginTurn } from '../entry/turn.js';
import { newId, snapshot, write } from '../store/index.js';
import { knownDay, knownTime } from './calendar.js';
import { MEETING_KEY, carrySat, personOf } from './carry.js';

let meetingKept; // What the store holds, read once: undefined before that.
let meetingTurn = Promise.resolve();

// One act after another: each begins with what the one before it has written, or did not.
function inTurn(act) {
  const done = meetingTurn.then(meetingHere).then(act);
  meetingTurn = done.catch(() => null);
  return done;
}

// { session, number, day, sitting, testing, marks: {learner: {state, id}}, seen: [learner], tasks: {learner: {key: result}},
//   spares: [id], closed: [session], on: bool } or null. `testing`: a proctored sitting is open at this tablet.
export async function meetingHere() {
  if (meetingKept === undefined) meetingKept = (await snapshot(MEETING_KEY)) || null;
  const { pack } = state;
  if (!pack || !meetingKept || meetingKept.cohort !== pack.cohort) meetingKept = null;
  return meetingKept && meetingKept.on ? meetingKept : pack && meetingOfBoard(pack);
}

// The class was opened on the board while there was network, today: the tablet stands in that very meeting.
async function meetingOfBoard(pack) {
  const { class: place, server_time: told } = state.tablet;
  if (!place || place.cohort !== pack.cohort || (meetingKept && meetingKept.closed.includes(place.session))) return null;
  const today = knownDay(await knownTime());
  if (knownDay(new Date(told).getTime()) !== today) return null;
  return meetingBlank(pack.meetings.find((one) => one.session === place.session) || { ...place, planned_on: today });
}

function meetingBlank({ session, sitting, number, planned_on: day }) {
  const same = meetingKept && meetingKept.session === session ? meetingKept : {};
  const closed = meetingKept ? meetingKept.closed : [];
  return { marks: {}, seen: [], tasks: {}, spares: [], testing: false, ...same,
    cohort: state.pack.cohort, session, sitting, number, day, closed, on: true };
}

// Writes drafts of { type, payload, learner?, parent? } of this meeting and what the tablet makes of them.
export async function meetingWrite(meeting, drafts) {
  const blank = { class: meeting.session, learner: null, attempt: null, segment: null, parent: null, content: null };
  await write(drafts.map((draft) => ({ id: newId(), ...blank, ...draft })), [[MEETING_KEY, meeting]]);
  meetingKept = meeting;
  set({ pack: carrySat(state.pack, meeting.testing ? meeting.sitting : null) });
}

// `planned` is one of the pack's meetings. One that was closed here by mistake opens again.
export function openMeeting(planned) {
  return inTurn(() => {
    const meeting = meetingBlank(planned);
    meeting.closed = meeting.closed.filter((one) => one !== planned.session);
    return meetingWrite(meeting, [{ type: 'session.opened', payload: {} }]);
  });
}

export function openSittingHere(proctor) {
  return inTurn((meeting) => meetingWrite({ ...meeting, testing: true },
    [{ type: 'sitting.opened', payload: { sitting: meeting.sitting, proctor } }]));
}

const meetingTestEnds = ({ sitting }) => ({ type: 'sitting.closed', payload: { sitting } });

export function closeSittingHere() {
  return inTurn((meeting) => meetingWrite({ ...meeting, testing: false }, [meetingTestEnds(meeting)]));
}

export function markPresence(learners, presence) {
  return inTurn((meeting) => meetingMarks(meeting, learners, presence));
}

async function meetingMarks(meeting, learners, presence) {
  const marks = { ...meeting.marks };
  const drafts = learners.filter((learner) => !marks[learner] || marks[learner].state !== presence).map((learner) => {
    const id = newId();
    const parent = marks[learner] ? marks[learner].id : null;
    marks[learner] = { state: presence, id };
    return { id, type: 'attendance.marked', payload: { state: presence }, learner, parent };
  });
  if (drafts.length) await meetingWrite({ ...meeting, marks }, drafts);
}

export function observeTask(learner, task, moment, result, observer) {
  const payload = { task, result, observer };
  if (moment) payload.moment = moment;
  const { content } = state.pack;
  return inTurn((meeting) => {
    const tasks = { ...meeting.tasks, [learner]: { ...meeting.tasks[learner], [`${task} ${moment}`]: result } };
    return meetingWrite({ ...meeting, tasks }, [{ type: 'task.observed', payload, learner, content }]);
  });
}

export function closeMeeting() {
  return inTurn((meeting) => {
    const drafts = [{ type: 'session.closed', payload: {} }];
    if (meeting.testing) drafts.unshift(meetingTestEnds(meeting));
    return meetingWrite({ ...meeting, on: false, testing: false, closed: [...meeting.closed, meeting.session] }, drafts);
  });
}

// The planned meetings of the pack that were not closed at this tablet.
export function meetingsLeft() {
  const closed = meetingKept ? meetingKept.closed : [];
  return state.pack.meetings.filter((one) => !closed.includes(one.session));
}

// Everybody who may sit here: the learners, and those who walked in and were given a spare card.
export async function peopleHere() {
  const meeting = await meetingHere();
  const given = meeting ? meeting.spares : [];
  return state.pack.learners.filter((one) => !one.spare || given.includes(one.id));
}

// A learner sits down, by 'card' or let in by the 'trainer'. The work counts once the trainer has confirmed it.
export async function sitCarried(id, how) {
  const { name, picture, colour, spoken, spare } = personOf(id);
  const meeting = await inTurn(async (now) => {
    const spares = spare && !now.spares.includes(id) ? [...now.spares, id] : now.spares;
    await meetingWrite({ ...now, spares, seen: [...now.seen.filter((one) => one !== id), id] }, []);
    return now;
  });
  return beginTurn({ learner: id, name, picture, colour, spoken, how, session: meeting.session, kind: 'carried' });
}
