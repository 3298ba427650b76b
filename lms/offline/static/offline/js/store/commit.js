// One durable transaction of all that waits. What did not get through stays in the queue in order, with its ids
// and texts, and goes with the next try.
import { dbForget, dbMark, transact } from './database.js';
import { randomWord } from './ids.js';
import { isFull, makeRoom } from './room.js';
import { sendNew } from './sender.js';
import { marks, recount, tally, tell } from './tally.js';

export const OUTBOX_PATIENCE = 3000;
export const outboxEpoch = randomWord(8); // A connection that is opened again goes on counting: the turn is the same.
export const outboxQueue = []; // { event } or { key, json }, oldest first.
let outboxSeq = 0;
let outboxTx = null;

export class NotSaved extends Error {
  constructor(why) {
    super(why);
    this.name = 'NotSaved';
  }
}

export function outboxUnsaved() {
  return outboxQueue.filter((item) => item.event);
}

// Its number and its text are made once, in the order of writing, and never again.
function outboxText(item) {
  if (!item.text) {
    item.event.seq = outboxSeq;
    outboxSeq += 1;
    item.text = JSON.stringify(item.event);
  }
  return item.text;
}

export async function outboxTry(items) {
  try {
    await outboxCommit(items);
  } catch (error) {
    if (!isFull(error) || !await makeRoom()) throw error;
    await outboxTry(items);
  }
}

function outboxCommit(items) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      outboxGiveUp();
      reject(new NotSaved('late'));
    }, OUTBOX_PATIENCE);
    transact(['events', 'meta', 'snapshots'], 'readwrite', (tx) => outboxPut(tx, items))
      .then(() => outboxSaved(items)).then(resolve, reject).then(() => clearTimeout(timer));
  });
}

// A commit that comes through after all is no harm: the ids are the same.
function outboxGiveUp() {
  try {
    if (outboxTx) outboxTx.abort();
  } catch (error) { /* It is committing, or over. */ }
  dbForget();
}

function outboxPut(tx, items) {
  outboxTx = tx;
  const [events, meta, snapshots] = ['events', 'meta', 'snapshots'].map((name) => tx.objectStore(name));
  const put = () => {
    for (const item of items) {
      if (item.event && !item.there) outboxAdd(events, item);
      else if (item.key && item.json === null) snapshots.delete(item.key);
      else if (item.key) snapshots.put(item.json, item.key);
    }
    if (outboxSeq) meta.put(outboxSeq, `made:${outboxEpoch}`);
  };
  // An id that the caller brought may be here since an earlier visit: it must not take a number again.
  const asked = items.filter((item) => item.given && !item.text);
  let left = asked.length;
  if (!left) put();
  for (const item of asked) {
    events.index('id').getKey(item.event.id).onsuccess = (event) => {
      item.there = event.target.result !== undefined;
      left -= 1;
      if (!left) put();
    };
  }
}

function outboxAdd(events, item) {
  const text = outboxText(item);
  const { id, epoch, seq, attempt, learner } = item.event;
  const request = events.add({ id, epoch, seq, attempt, learner, state: 'device', text });
  request.onerror = (event) => {
    if (request.error.name !== 'ConstraintError') return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function outboxSaved(items) {
  for (const item of items) {
    const place = outboxQueue.indexOf(item);
    if (place >= 0) outboxQueue.splice(place, 1);
    if (item.event) marks.set(item.event.id, 'device');
  }
  const acts = items.filter((item) => item.event).length;
  tell({ unsaved: outboxUnsaved().length, full: false, device: tally.device + acts });
  recount();
  if (!acts) return;
  dbMark();
  sendNew();
}

// The texts of what is in memory only, for the rescue file.
export function outboxTexts() {
  return outboxUnsaved().map(outboxText);
}
