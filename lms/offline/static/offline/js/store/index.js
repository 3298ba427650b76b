// The store of this tablet: everything that other modules may use of it. See docs/offline.md.
//
// A write is durable when its promise resolves, and only then. No function here deletes an event because of an error.
import { say } from '../base/words.js';
import { clockLearn, clockNow, clockRecall } from './clock.js';
import { ask, database, dbSeen } from './database.js';
import { shaHex, uuid7 } from './ids.js';
import { keptBody, keptDrop, keptKeys, keptMeta, keptPart, keptSetMetas, keptShas, keptSnapshot, keptWrite } from './kept.js';
import { outboxEvents, outboxWait, outboxWrite } from './outbox.js';
import { takeParting } from './parting.js';
import { offerAll } from './receipts.js';
import { beginSending } from './report.js';
import { rescue } from './rescue.js';
import { layBallast, measureRoom, room } from './room.js';
import { sendHeld, sendNow } from './sender.js';
import { marks, onTally, recount, tally } from './tally.js';
import './status.js';

const storeStates = ['unsaved', 'saving', 'device', 'box', 'commune'];
let storeOpen = false;

// { ok, emptied }: whether this browser keeps anything, and whether what it kept has gone. It never throws.
export async function openStore() {
  const late = new Promise((resolve, reject) => { setTimeout(reject, 5000, new Error('late')); });
  try {
    await Promise.race([database(), late]);
    const [offset, emptied] = await Promise.all([ask('meta', (meta) => meta.get('offset')), ask('meta', (meta) => meta.get('emptied'))]);
    clockRecall(offset);
    dbSeen.emptied = dbSeen.emptied || Boolean(emptied);
    await takeParting().catch(() => {}); // What has no room now is still noted for the next time.
    await recount();
    storeOpen = true;
  } catch (error) {
    storeOpen = false;
  }
  // Neither is waited for: learning may begin.
  if (storeOpen) measureRoom({ ask: true }).then(layBallast).catch(() => {});
  return { ok: storeOpen, emptied: dbSeen.emptied };
}

export function storeState() {
  return { open: storeOpen, emptied: dbSeen.emptied, ...room };
}

export const newId = () => uuid7();
// Of a text (as UTF-8) or of bytes, in hex.
export const sha256 = (body) => shaHex(body);
export const now = () => clockNow();
// `sentAt`: now().mono when the call was made.
export const learnTime = (serverTime, sentAt) => clockLearn(serverTime, sentAt);

// One transaction with all events and [key, value] snapshots (null removes). A draft {type, payload, class, learner,
// attempt, segment, parent, content, id?} gets its id. Rejects with 'NotSaved'; what is not saved is tried again
// with the next write, by the same call, or by retryUnsaved().
export function write(drafts, snapshots = []) {
  return outboxWrite(drafts, snapshots);
}

export const retryUnsaved = () => outboxWait();

// By { attempt } or { learner }, in written order, each with its state.
export const eventsOf = (query) => outboxEvents(query);
export const keepSnapshot = (key, value) => keptWrite(key, value);
export const snapshot = (key) => keptSnapshot(key);
export const snapshotKeys = (prefix) => keptKeys(prefix);

// kind: 'media', 'part' or 'mirror' says what goes first when the store is full.
export const keepPart = (sha, body, kind) => keptPart(sha, body, kind);
// A text, a Blob, or null.
export const part = (sha) => keptBody(sha);
// The Set of those that are here.
export const hasParts = (shas) => keptShas(shas);
export const dropParts = (shas) => keptDrop(shas);
// null when it was never set; setting null removes it.
export const meta = (key) => keptMeta(key);
export const setMeta = (key, value) => keptSetMetas({ [key]: value });
// Several in one transaction.
export const setMetas = (values) => keptSetMetas(values);

// { unsaved, device, box, commune, held, made: {epoch: n}, refused, full, emptied, sent }, as last counted.
export const counts = () => ({ ...tally });
// fn(counts) at every change; gives back what ends it.
export const onCounts = (fn) => onTally(fn);

// The state of the act that is least far: 'unsaved' also for an id that this page has never seen.
export function stateOf(ids) {
  const states = ids.map((id) => marks.get(id) || 'unsaved');
  return storeStates.find((one) => states.includes(one)) || 'unsaved';
}

export function startSender() {
  beginSending();
}

// Sends at once: the trainer's button.
export function kick() {
  sendHeld();
  sendNow();
}

export const offerAgain = () => offerAll().then(() => sendNow());
// { name, blob } with every event that the commune has not confirmed.
export const rescueFile = () => rescue();

// What to say before somebody leaves this page or this seat: a sentence, or '' when everything is durable.
export function sayLeaving() {
  return tally.unsaved ? say('store.leaving', { n: tally.unsaved }) : '';
}
