// What is not on the disk yet when the page goes (a tab closed, a page loaded anew in the very moment of a tap) is
// noted beside the database, which takes no more, and put there when the player opens next.
import { outboxQueue } from './commit.js';
import { dbMark, transact } from './database.js';

const PARTING_KEY = 'lop-hoc-so.parting';
const PARTING_FRESH = 300000; // Values by name may be older than what another tab has written since.

function partingNoted() {
  try {
    return JSON.parse(localStorage.getItem(PARTING_KEY)) || [];
  } catch (error) {
    return []; // Where this store is shut, or holds something else, nothing was noted.
  }
}

function partingNote() {
  if (!outboxQueue.length) return;
  const at = Date.now();
  const rest = outboxQueue.map(({ event, text, key, json }) => (event ? { event, text } : { at, key, json }));
  try {
    localStorage.setItem(PARTING_KEY, JSON.stringify(partingNoted().concat(rest)));
    dbMark();
  } catch (error) { /* Full or shut: whoever left was told that it is not saved. */ }
}

const partingAsk = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });

// An act that had its number keeps it; another takes the next one of its visit. What is on the disk is left alone.
async function partingAdd(tx, { event, text }) {
  const [events, meta] = [tx.objectStore('events'), tx.objectStore('meta')];
  const { id, epoch, attempt, learner } = event;
  if (await partingAsk(events.index('id').getKey(id)) !== undefined) return;
  const made = await partingAsk(meta.get(`made:${epoch}`)) || 0;
  if (!text) event.seq = made;
  events.add({ id, epoch, seq: event.seq, attempt, learner, state: 'device', text: text || JSON.stringify(event) });
  meta.put(Math.max(made, event.seq + 1), `made:${epoch}`);
}

async function partingPut(tx, noted) {
  const snapshots = tx.objectStore('snapshots');
  for (const one of noted) {
    if (one.event) await partingAdd(tx, one);
    else if (one.json === null) snapshots.delete(one.key); // Whoever left wanted nothing of it to stay.
    else if (Math.abs(Date.now() - one.at) < PARTING_FRESH) snapshots.put(one.json, one.key);
  }
}

// Puts what was noted into the database; it is forgotten beside it only when it stands there.
export async function takeParting() {
  const noted = partingNoted();
  if (!noted.length) return;
  await transact(['events', 'meta', 'snapshots'], 'readwrite', (tx) => { partingPut(tx, noted).catch(() => tx.abort()); });
  localStorage.removeItem(PARTING_KEY);
}

window.addEventListener('pagehide', partingNote);
