// Sends what waits, oldest first, with the device's own credential; whatever happens, it deletes nothing.
// navigator.onLine proves nothing, so it is never asked: only an answer is an answer.
import { call } from '../base/net.js';
import { SENDER_EVENTS, senderAside, senderKeys, senderRows } from './batches.js';
import { clockLearn, clockNow } from './clock.js';
import { alone, leaseLeft } from './lease.js';
import { holdRow, isReceipt, takeReceipt } from './receipts.js';
import { tell } from './tally.js';

const SENDER_TURN = 30000;
const sender = { limit: SENDER_EVENTS, tries: 0, notBefore: 0, timer: 0, due: 0, running: false, again: false, held: true, done: null };

// Sends at once, unless the service asked for patience.
export function sendNow() {
  sender.tries = 0;
  sendIn(0);
}

// A new event may cut a long wait short, but thirty tablets that wait must not all call at its next beat.
export function sendNew() {
  sendIn(sender.tries ? 2000 + Math.random() * 13000 : 0);
}

// What the service holds back, and what a box has, is offered again with the next round.
export function sendHeld() {
  sender.held = true;
  senderAside.clear();
}

// Sending begins with this: `done()` is called after each round that the service answered.
export function onSent(done) {
  sender.done = done;
}

function sendIn(wait) {
  if (!sender.done) return;
  const now = performance.now();
  const due = Math.max(now + wait, sender.notBefore);
  if (sender.timer && sender.due <= due) return;
  clearTimeout(sender.timer);
  sender.due = due;
  sender.timer = setTimeout(senderRound, due - now);
}

async function senderRound() {
  sender.timer = 0;
  if (sender.running) {
    sender.again = true;
    return;
  }
  Object.assign(sender, { running: true, again: false });
  let outcome = 'failed';
  try {
    outcome = await alone(senderDrain) || 'busy';
  } catch (error) { /* The database is closing: the next round opens it again. */ }
  sender.running = false;
  senderNext(outcome);
}

function senderNext(outcome) {
  if (outcome === 'failed') {
    // Full jitter: all tablets of a hall lose the network in the same second.
    sender.tries = Math.min(sender.tries + 1, 9);
    sendIn(Math.random() * Math.min(300, 2 ** sender.tries) * 1000);
  } else if (outcome === 'busy') {
    // The row of a dead tab lapses: whoever waits for it goes on then, and not half a minute later.
    const left = leaseLeft();
    sendIn(left ? left + Math.random() * 3000 : 5000 + Math.random() * 25000);
  } else if (outcome === 'more') sendIn(500);
  else if (sender.again) sendIn(0);
  if (outcome === 'sent') sender.done();
}

async function senderDrain(still) {
  const begun = performance.now();
  const round = [['device', null]];
  // What is held for the first time in this round is not offered again at once.
  if (sender.held) for (const state of ['held', 'box']) round.push([state, new Set(await senderKeys(state))]);
  for (const [state, only] of round) {
    let after = -1;
    for (;;) {
      const rows = await senderRows(state, after, only, sender.limit);
      if (!rows.length) break;
      if (performance.now() - begun > SENDER_TURN || !await still()) return 'more';
      const outcome = await senderBatch(rows);
      if (outcome !== 'sent') return outcome;
      after = rows[rows.length - 1].n;
    }
  }
  sender.held = false;
  return 'sent';
}

async function senderBatch(rows) {
  const sentAt = clockNow().mono;
  const answer = await call('POST', '/sync/batches', { body: { protocol: 1, events: rows.map((row) => row.text) } });
  if (!answer.ok || !isReceipt(answer.body)) return senderFailed(answer, rows);
  clockLearn(answer.body.server_time, sentAt);
  const { settled, anew, whole } = await takeReceipt(answer.body, rows);
  tell({ refused: false, sent: answer.body.server_time });
  if (whole) return senderSmaller(rows, answer.body.events[0].reason);
  Object.assign(sender, { tries: 0, notBefore: 0, limit: Math.min(SENDER_EVENTS, sender.limit * 2) });
  if (anew) return 'more';
  return settled ? 'sent' : 'failed';
}

async function senderSmaller(rows, reason) {
  if (rows.length === 1) await holdRow(rows[0], reason);
  sender.limit = Math.max(1, Math.floor(rows.length / 2));
  return 'more';
}

function senderFailed({ status, wait }, rows) {
  if (wait) sender.notBefore = performance.now() + Math.min(wait, 3600) * 1000;
  tell({ refused: status === 401 || status === 403 });
  // A slow line cannot carry a large batch in time, and one odd event must not stop the others.
  if (status === 0) sender.limit = Math.max(10, Math.floor(sender.limit / 2));
  else if (![200, 401, 403, 429, 502, 503, 504].includes(status)) {
    if (rows.length === 1) senderAside.add(rows[0].n);
    sender.limit = Math.max(1, Math.floor(rows.length / 2));
  }
  return 'failed';
}
