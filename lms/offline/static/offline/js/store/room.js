// Room on the tablet. When it ends, what the service can give again goes first, and events that only we hold never.
import { ask, change, eachRow, transact } from './database.js';
import { recount } from './tally.js';

const ROOM_BALLAST = 256 * 1024;
const ROOM_LOW = 8 * 1024 * 1024;

// usage and quota in bytes, null where the browser does not tell (plain http).
export const room = { persisted: null, usage: null, quota: null, low: false };

export async function measureRoom({ ask: wanted = false } = {}) {
  const storage = navigator.storage;
  if (!storage || !storage.estimate) return;
  if (wanted && storage.persist) room.persisted = await storage.persist();
  else if (storage.persisted) room.persisted = await storage.persisted();
  const { usage, quota } = await storage.estimate();
  Object.assign(room, { usage, quota, low: quota - usage < ROOM_LOW });
}

// A weight without worth: when the store is full, dropping it gives room for the last answers.
export async function layBallast() {
  if (room.low || await ask('parts', (store) => store.getKey('ballast'))) return;
  const body = new Uint8Array(ROOM_BALLAST);
  for (let at = 0; at < body.length; at += 65536) crypto.getRandomValues(body.subarray(at, at + 65536));
  await change('parts', (store) => store.put({ sha: 'ballast', kind: 'ballast', body: new Blob([body]) }));
}

export function isFull(error) {
  return Boolean(error) && error.name === 'QuotaExceededError';
}

async function dropKind(kind) {
  const shas = await ask('parts', (store) => store.index('kind').getAllKeys(kind));
  if (shas.length) await change('parts', (store) => shas.forEach((sha) => store.delete(sha)));
  return shas.length;
}

async function dropConfirmed() {
  let dropped = 0;
  await transact(['events'], 'readwrite', (tx) => roomSweep(tx.objectStore('events'), () => true, (rows) => { dropped = rows.length; }));
  return dropped;
}

// Deletes confirmed rows that `may(row)` go. The last act of an attempt stays: whoever goes on with it without
// network must be able to name it. then(deleted, kept).
function roomSweep(events, may, then) {
  const [old, ends, kept] = [[], new Map(), []];
  const each = ({ value: row }) => {
    if (row.attempt) ends.set(row.attempt, row.n);
    if (row.state === 'commune' && may(row)) old.push(row);
    else kept.push(row);
  };
  eachRow(events.openCursor(), each, () => {
    const [gone, last] = [[], new Set(ends.values())];
    for (const row of old) (last.has(row.n) ? kept : gone).push(row);
    for (const row of gone) events.delete(row.n);
    then(gone, kept);
  });
}

// Drops the next thing that may go; false when nothing may any more.
export async function makeRoom() {
  for (const kind of ['ballast', 'media']) if (await dropKind(kind)) return true;
  if (await dropConfirmed()) return true;
  for (const kind of ['part', 'mirror']) if (await dropKind(kind)) return true;
  return false;
}

const ROOM_WEEK = 7 * 24 * 3600 * 1000;
let roomPurged = 0;

// Deletes what the commune confirmed a week ago. Both times are the service's own: no clock of this tablet counts.
export async function purge(serverTime) {
  if (serverTime - roomPurged < 3600 * 1000) return;
  roomPurged = serverTime;
  await transact(['events', 'meta'], 'readwrite', (tx) => {
    const meta = tx.objectStore('meta');
    // An epoch of which nothing is left is no longer told either.
    const tidy = (gone, kept) => {
      const epochs = new Set(kept.map((row) => row.epoch));
      meta.getAllKeys(IDBKeyRange.bound('made:', 'made:~')).onsuccess = (event) => {
        for (const key of event.target.result) if (!epochs.has(key.slice(5))) meta.delete(key);
      };
    };
    roomSweep(tx.objectStore('events'), (row) => serverTime - row.settled >= ROOM_WEEK, tidy);
  });
  await recount();
}
