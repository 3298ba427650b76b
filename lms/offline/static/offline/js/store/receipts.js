// What the service answered, event by event. Only an answer about an event changes what is known of it.
import { eachRow, transact } from './database.js';
import { isFull } from './room.js';
import { marks, recount, shownState } from './tally.js';

// A hall's sign-in page may answer in the service's place.
export function isReceipt(body) {
  return Boolean(body) && Array.isArray(body.events) && Array.isArray(body.confirmed) && 'store_generation' in body;
}

// Another generation: the service stands on a restored store, so whatever is still kept is offered again.
function receiptGeneration(tx, told, then) {
  const meta = tx.objectStore('meta');
  meta.get('generation').onsuccess = (event) => {
    if (!told || told === event.target.result) return then(false);
    meta.put(told, 'generation');
    return receiptReopen(tx, () => then(true));
  };
}

function receiptReopen(tx, then) {
  const each = (cursor) => {
    const row = cursor.value;
    if (row.state === 'device') return;
    cursor.update({ ...row, state: 'device' });
    if (marks.has(row.id)) marks.set(row.id, 'device');
  };
  eachRow(tx.objectStore('events').openCursor(), each, then);
}

// Everything that is kept is offered again.
export function offerAll() {
  return transact(['events'], 'readwrite', (tx) => receiptReopen(tx, () => {})).then(() => recount());
}

// True when the service's generation is another than before.
export async function hearGeneration(told) {
  const heard = { anew: false };
  await transact(['events', 'meta'], 'readwrite', (tx) => receiptGeneration(tx, told, (anew) => { heard.anew = anew; }));
  if (heard.anew) await recount();
  return heard.anew;
}

function receiptFate(row, fate, confirmed) {
  if (!fate || (fate.id && fate.id !== row.id)) return null;
  if (fate.fate === 'quarantined') return 'held';
  if (fate.id !== row.id || !['stored', 'duplicate'].includes(fate.fate)) return null;
  return confirmed.has(row.id) ? 'commune' : 'box';
}

// Settles the rows that were sent; { settled, anew, whole }: how many, another generation, the body refused as one.
export async function takeReceipt(body, rows) {
  const receipt = { body, confirmed: new Set(body.confirmed), fates: new Map(body.events.map((fate) => [fate.index, fate])), drop: false };
  let found;
  try {
    found = await receiptWrite(receipt, rows);
  } catch (error) {
    if (!isFull(error)) throw error;
    // There is no room even to note it. What the commune holds may go; the others stay as they were.
    found = await receiptWrite({ ...receipt, drop: true }, rows);
  }
  await recount();
  return found;
}

async function receiptWrite(receipt, rows) {
  const found = { settled: 0, anew: false, whole: receipt.fates.has(null) };
  await transact(['events', 'meta'], 'readwrite', (tx) => {
    const settle = (anew) => {
      found.anew = anew;
      rows.forEach((sent, index) => receiptSettle(tx.objectStore('events'), sent, receipt.fates.get(index), { ...receipt, found }));
    };
    // Without room another generation cannot be noted either: the next answer tells it again.
    if (receipt.drop) settle(false);
    else receiptGeneration(tx, receipt.body.store_generation, settle);
  });
  return found;
}

function receiptSettle(events, sent, fate, { body, confirmed, drop, found }) {
  const state = receiptFate(sent, fate, confirmed);
  if (!state) return;
  events.get(sent.n).onsuccess = (event) => {
    const row = event.target.result;
    found.settled += 1;
    if (!row || row.id !== sent.id) return;
    if (!drop) events.put({ ...row, state, reason: fate.reason, settled: body.server_time });
    else if (state === 'commune') events.delete(row.n);
    if (marks.has(row.id)) marks.set(row.id, shownState(state));
  };
}

// A text that the service refuses even alone is held like one that it cannot read.
export function holdRow(sent, reason) {
  return transact(['events'], 'readwrite', (tx) => {
    const events = tx.objectStore('events');
    events.get(sent.n).onsuccess = (event) => {
      if (event.target.result) events.put({ ...event.target.result, state: 'held', reason });
    };
  }).then(() => recount());
}
