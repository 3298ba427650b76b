// Writing down what happens: each act is on its way until its transaction is complete, and nothing is called
// saved before.
import { state } from '../base/state.js';
import { clockNow } from './clock.js';
import { NotSaved, OUTBOX_PATIENCE, outboxEpoch, outboxQueue, outboxTry, outboxUnsaved } from './commit.js';
import { ask } from './database.js';
import { uuid7 } from './ids.js';
import { isFull } from './room.js';
import { marks, shownState, tally, tell } from './tally.js';

let outboxRunning = null;
let outboxNext = null;

function outboxPlain(row) {
  const { id, type, payload, learner, attempt, class: meeting, epoch, seq, segment, parent, at } = row;
  return { id, type, payload, learner, attempt, class: meeting, epoch, seq, segment, parent, at, state: marks.get(id) || 'unsaved' };
}

function outboxAct(draft) {
  const waiting = outboxQueue.find((item) => item.event && item.event.id === draft.id);
  if (waiting) {
    if (marks.get(draft.id) === 'unsaved') marks.set(draft.id, 'saving');
    return waiting;
  }
  const given = Boolean(draft.id);
  draft.id = draft.id || uuid7();
  const none = (value) => (value === undefined ? null : value);
  const event = {
    v: 1, id: draft.id, device: state.tablet.device.id, epoch: outboxEpoch, seq: 0, class: none(draft.class),
    learner: none(draft.learner), attempt: none(draft.attempt), segment: none(draft.segment), parent: none(draft.parent),
    content: none(draft.content), type: draft.type, payload: JSON.parse(JSON.stringify(draft.payload || {})),
    ...clockNow(), app: document.documentElement.dataset.release || '',
  };
  const item = { event, given, text: '' };
  if (given && marks.has(draft.id)) return item; // It is durable already.
  marks.set(draft.id, 'saving');
  outboxQueue.push(item);
  tell({ newest: draft.id });
  return item;
}

// Events and snapshots in one transaction. `drafts` get their ids; the same id twice is once.
export function outboxWrite(drafts, snapshots) {
  if (drafts.length && !(state.tablet && state.tablet.device)) return Promise.reject(new NotSaved('no device'));
  const items = drafts.map(outboxAct);
  for (const [key, value] of snapshots) outboxQueue.push({ key, json: value === null ? null : JSON.stringify(value) });
  return outboxWait().then(() => items.map((item) => outboxPlain(item.event)));
}

// Tries again what is in memory only.
export function outboxWait() {
  if (!outboxQueue.length) return Promise.resolve();
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new NotSaved('late')), OUTBOX_PATIENCE);
  });
  return Promise.race([outboxSoon(), late]).then(() => clearTimeout(timer), (error) => {
    clearTimeout(timer);
    outboxTrouble(isFull(error));
    throw error.name === 'NotSaved' ? error : new NotSaved(error.name);
  });
}

function outboxTrouble(full) {
  for (const { event } of outboxQueue) if (event) marks.set(event.id, 'unsaved');
  tell({ unsaved: outboxUnsaved().length, full: full || tally.full });
}

// A try that begins after this moment: the running one may not hold what was just asked for.
function outboxSoon() {
  if (!outboxNext) {
    outboxNext = (outboxRunning || Promise.resolve()).catch(() => {}).then(() => {
      outboxRunning = outboxNext;
      outboxNext = null;
      return outboxTry(outboxQueue.slice());
    });
    outboxNext.catch(() => {});
  }
  return outboxNext;
}

// The newest value of a snapshot that waits, as { json }, or undefined.
export function outboxSnapshot(key) {
  return outboxQueue.filter((item) => item.key === key).pop();
}

// The acts of an attempt or of a learner, in the order of writing, with those that are not durable yet.
export async function outboxEvents(query) {
  const [name, value] = Object.entries(query)[0];
  const rows = await ask('events', (store) => store.index(name).getAll(value));
  rows.sort((one, other) => one.n - other.n);
  for (const row of rows) if (!marks.has(row.id) || row.state !== 'device') marks.set(row.id, shownState(row.state));
  const kept = new Set(rows.map((row) => row.id));
  const waiting = outboxUnsaved().filter((item) => item.event[name] === value && !kept.has(item.event.id));
  return rows.map((row) => outboxPlain(JSON.parse(row.text))).concat(waiting.map((item) => outboxPlain(item.event)));
}
