// What the tablet tells of itself, so that the trainer sees "Máy 07: 212/212"; and what the answer teaches.
import { call } from '../base/net.js';
import { onState, state } from '../base/state.js';
import { clockLearn, clockNow } from './clock.js';
import { ask, change, dbSeen } from './database.js';
import { hearGeneration } from './receipts.js';
import { measureRoom, purge, room } from './room.js';
import { onSent, sendHeld, sendNow } from './sender.js';
import { recount, tally, tell } from './tally.js';

const REPORT_EVERY = 60000;
const REPORT_PAUSE = 4000;
const REPORT_DAY = 24 * 3600 * 1000;
let reportTimer = 0;
let reportBegun = false;

// Soon, and once for any number of calls.
export function reportSoon() {
  reportTimer = reportTimer || setTimeout(reportNow, REPORT_PAUSE);
}

function reportNow() {
  clearTimeout(reportTimer);
  reportTimer = 0;
  // A full or closing database is said elsewhere; the next report comes.
  report().catch(() => {});
}

async function report() {
  if (!state.tablet) return;
  await measureRoom().catch(() => {});
  const { device, unsaved, made, emptied } = tally;
  const body = {
    unsent: device + unsaved, made, pack: state.pack ? state.pack.id : null, app: document.documentElement.dataset.release || '',
    persisted: Boolean(room.persisted), usage: room.usage, quota: room.quota, emptied, fresh: dbSeen.fresh,
  };
  const sentAt = clockNow().mono;
  const answer = await call('PUT', '/sync/report', { body });
  if (answer.status === 401 || answer.status === 403) tell({ refused: true });
  if (!answer.ok || !answer.body || !answer.body.server_time) return;
  tell({ refused: false });
  await reportFresh(answer.body.epochs);
  await learn(answer.body, sentAt);
}

async function learn({ server_time: time, store_generation: generation }, sentAt) {
  const before = clockNow().offset;
  const offset = clockLearn(time, sentAt);
  if (await hearGeneration(generation)) sendNow();
  await purge(time);
  if (Math.abs(offset - before) > 1000) await change('meta', (meta) => meta.put(offset, 'offset'));
}

// A store that is new here, while the service holds events of this very tablet, was emptied with its mark.
async function reportFresh(epochs) {
  if (!dbSeen.fresh || !epochs) return;
  dbSeen.fresh = false;
  if (dbSeen.emptied) return;
  const known = await ask('meta', (meta) => meta.getAllKeys(IDBKeyRange.bound('made:', 'made:~')));
  if (!Object.keys(epochs).some((epoch) => epoch !== 'server' && !known.includes(`made:${epoch}`))) return;
  dbSeen.emptied = true;
  await change('meta', (meta) => meta.put(true, 'emptied'));
  await recount();
}

// Somebody has seen that the store was emptied.
export async function seenEmptied() {
  dbSeen.emptied = false;
  await change('meta', (meta) => meta.delete('emptied'));
  tell({ emptied: false });
}

function reportWake() {
  if (document.visibilityState === 'hidden') return;
  sendNow();
  reportSoon();
}

export function beginSending() {
  if (reportBegun) return;
  reportBegun = true;
  onSent(reportSoon);
  window.addEventListener('online', reportWake);
  window.addEventListener('pageshow', reportWake);
  document.addEventListener('visibilitychange', reportWake);
  setInterval(() => {
    if (document.visibilityState !== 'hidden') reportNow();
    if (tally.device) sendNow();
  }, REPORT_EVERY);
  setInterval(() => {
    sendHeld();
    sendNow();
  }, REPORT_DAY);
  onState((all, changes) => {
    if (changes.tablet || 'pack' in changes) reportWake();
  });
  window.addEventListener('beforeunload', (event) => {
    if (!tally.unsaved) return;
    event.preventDefault();
    event.returnValue = ''; // Browsers before 2023 ask only then.
  });
  reportWake();
}
