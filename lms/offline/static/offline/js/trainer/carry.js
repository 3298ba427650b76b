// The class that a tablet carries to where no network is: taken whole and checked, used for two weeks, then wiped.
import { call, refusal } from '../base/net.js';
import { go } from '../base/router.js';
import { set, state } from '../base/state.js';
import { say } from '../base/words.js';
import { keepSnapshot, meta, setMeta, setMetas, sha256, snapshot } from '../store/index.js';
import { loadAll } from '../learn/content.js';
import { knownTime } from './calendar.js';

export const MEETING_KEY = 'meeting';
const CARRY_MOST = 25 * 1024 * 1024;
const CARRY_CLOCK_WRONG = 30 * 24 * 3600 * 1000;
let carryRun = null; // A second tap waits for the first.
let carryHeld = null; // What meta 'pack' keeps: { told, text, pack }.

// state.carry: { step: 'loading' | 'ready' | 'failed', done, total, why } or nothing.
function carryTell(step, more) {
  set({ carry: { step, ...more } });
}

// The pack when it is whole and of today, else null. It tells state.pack too.
export async function carried() {
  if (!carryHeld) carryHeld = await carryRead('pack');
  if (!carryHeld) {
    state.gone = state.gone || await meta('gone'); // Why there is none: 'expired', 'closed', 'withdrawn' or null.
    return null;
  }
  const end = Date.parse(carryHeld.told.valid_until);
  const time = await knownTime(end + CARRY_CLOCK_WRONG);
  if (time < end) {
    if (!state.pack || state.pack.id !== carryHeld.pack.id) set({ pack: await carryOpen(carryHeld.pack), gone: '' });
    return state.pack;
  }
  // A clock that jumped far ahead closes the class too, but it wipes nothing that nobody can bring back here.
  if (time <= end + CARRY_CLOCK_WRONG) await dropPack('expired');
  else if (state.gone !== 'clock') set({ pack: null, gone: 'clock' });
  return null;
}

// Who walked in with a spare card learns as everybody does, from nothing. `sitting` is the test that the
// trainer opened at this tablet, or null.
async function carryOpen(pack) {
  const meeting = await snapshot(MEETING_KEY);
  const blank = { class_session: null, cohort: pack.cohort, content: pack.content, level: pack.level, lessons: {}, attempts: [],
    exam: null, measuring: [], address: (pack.learners[0] || { desk: {} }).desk.address || say('trainer.address'),
    step: null, tasks: [], proofs: {}, drawn: { practice: [] } };
  const spares = pack.spares.map((one) => ({ ...one, name: one.label, spare: true, desk: { enrolment: one.id, ...blank }, forms: {} }));
  const sitting = meeting && meeting.cohort === pack.cohort && meeting.testing ? meeting.sitting : null;
  return carrySat({ ...pack, learners: pack.learners.concat(spares) }, sitting);
}

// The pack with a sitting open at this tablet, or none: a test may begin then, if the service drew its form.
export function carrySat(pack, sitting) {
  const seat = (one) => {
    const { exam } = one.desk;
    const begin = Boolean(sitting && one.forms.certifying);
    return exam ? { ...one, desk: { ...one.desk, exam: { ...exam, sitting, can_begin: begin, words: begin ? '' : exam.words } } } : one;
  };
  return { ...pack, learners: pack.learners.map(seat), sitting };
}

async function carryRead(key) {
  const kept = await meta(key);
  if (!kept) return null;
  try {
    return { told: kept.told, text: kept.text, pack: JSON.parse(kept.text) };
  } catch (error) {
    return null;
  }
}

// Takes the class that the service tells (state.tablet.pack), content and pictures too; goes on where it stopped.
export const takePack = () => carryOnce(true);

// The same by itself: names that a trainer took off this tablet come back only when somebody asks for them.
export const followPack = () => carryOnce(false);

function carryOnce(asked) {
  const failed = ({ name }) => carryTell('failed', { why: /^(NotSaved|QuotaExceededError)$/.test(name) ? 'full' : 'line' });
  if (!carryRun) carryRun = carryTake(asked).catch(failed).then(() => { carryRun = null; });
  return carryRun;
}

// A class that is held already is looked through again: a tablet that ran out of room may have dropped a part.
async function carryTake(asked) {
  const { pack: told } = state.tablet;
  const held = await carryRead('pack');
  if (!held && !asked && (await meta('gone-pack')) === told.id) return null;
  const same = held && held.told.sha256 === told.sha256;
  if (!state.carry || state.carry.step !== 'ready') carryTell('loading', { done: 0, total: 0 });
  const next = same ? held : await carryFetch(told);
  return next && carryContent(next, same);
}

async function carryFetch(told) {
  const begun = await carryRead('pack.next');
  if (begun && begun.told.sha256 === told.sha256) return begun;
  const answer = await call('GET', '/packs/current', { timeout: 120000 });
  if (!answer.ok) return carryTell('failed', { why: answer.status ? 'refused' : 'line', words: refusal(answer) });
  if (sha256(answer.text) !== told.sha256 || !answer.body || answer.body.format !== 1) return carryTell('failed', { why: 'damaged' });
  await setMeta('pack.next', { told, text: answer.text });
  return { told, text: answer.text, pack: answer.body };
}

async function carryContent({ told, text, pack }, held) {
  const content = await loadAll((done, total) => carryTell('loading', { done, total }), pack);
  const size = told.bytes + content.bytes;
  if (size > CARRY_MOST) return carryTell('failed', { why: 'large' });
  // Only now, with every byte checked, does this class take the place of the one before.
  await setMetas({ ...(held ? {} : { pack: { told, text } }), 'pack.next': null });
  carryHeld = null;
  if (!(await carried())) return set({ carry: null });
  return carryTell('ready', { people: pack.learners.length, lessons: content.lessons, size, until: Date.parse(told.valid_until) });
}

// Names, cards and desks go; what was done stays in the outbox, which knows nobody's name.
export async function dropPack(why) {
  const held = await carryRead('pack');
  carryHeld = null;
  await setMetas({ pack: null, 'pack.next': null, gone: why, 'gone-pack': held && held.told.id });
  await keepSnapshot(MEETING_KEY, null);
  set({ pack: null, carry: null, gone: why });
}

export function personOf(id) {
  return state.pack.learners.find((one) => one.id === id);
}

// Where a tablet goes that carries a class and hears no service.
export function carriedFaces() {
  return go('carried', {}, { replace: true });
}
