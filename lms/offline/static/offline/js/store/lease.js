// One sender per origin. Web Locks say who; on plain http a row of the database does, which lapses by itself.
import { change } from './database.js';
import { randomWord } from './ids.js';
import { isFull } from './room.js';

const LEASE_TIME = 30000;
const LEASE_PATIENCE = 60000;
const leaseHolder = randomWord(8);
let leaseHeld = false;
let leaseUntil = 0;

// Runs `work(still)` while no other tab sends; `still()` says whether one may go on. False: another tab sends.
export function alone(work) {
  return navigator.locks ? leaseByLock(work) : leaseByRow(work);
}

async function leaseByLock(work) {
  let held = false;
  const begin = () => {
    held = true;
    return work(() => Promise.resolve(held));
  };
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), LEASE_PATIENCE);
  const done = (error) => {
    clearTimeout(timer);
    if (error.name !== 'AbortError') throw error;
    // Either this tab was asleep and another took over, or that other one is asleep and we take over.
    if (!held) return navigator.locks.request('lop-hoc-so', { steal: true }, begin).catch(done);
    held = false;
    return false;
  };
  const found = await navigator.locks.request('lop-hoc-so', { signal: patience.signal }, () => {
    clearTimeout(timer);
    return begin();
  }).catch(done);
  held = false;
  return found;
}

// The row names its holder and until when. A time that lies too far ahead comes from a clock that jumped.
function leaseTake() {
  const told = { mine: false };
  return change('meta', (meta) => {
    meta.get('sender').onsuccess = (event) => {
      const row = event.target.result;
      const now = Date.now();
      told.mine = !row || row.holder === leaseHolder || row.until <= now || row.until > now + LEASE_TIME;
      leaseUntil = told.mine ? 0 : row.until;
      if (told.mine) meta.put({ holder: leaseHolder, until: now + LEASE_TIME }, 'sender');
    };
    return told;
  }).then(() => told.mine, (error) => {
    // A full store must not keep anything from being sent: sending is what makes room.
    if (isFull(error)) return true;
    throw error;
  });
}

async function leaseByRow(work) {
  if (!await leaseTake()) return false;
  leaseHeld = true;
  try {
    return await work(leaseTake);
  } finally {
    await leaseGive();
  }
}

// Milliseconds for which the row of another tab still stands; 0 where a lock says who sends.
export function leaseLeft() {
  return Math.max(0, Math.min(LEASE_TIME, leaseUntil - Date.now()));
}

function leaseGive() {
  leaseHeld = false;
  return change('meta', (meta) => meta.delete('sender'));
}

// Whoever loads the page anew in the middle of sending must not wait for the row to lapse.
window.addEventListener('pagehide', () => { if (leaseHeld) leaseGive().catch(() => {}); });
