// How many acts of this tablet are where, for everybody who shows it; and the state of each act of this page.
import { ask, dbSeen, transact } from './database.js';

const tallyStates = ['device', 'box', 'commune', 'held'];
const tallyListeners = new Set();
const tallyLine = 'BroadcastChannel' in window ? new BroadcastChannel('lop-hoc-so') : null;
let tallyRun = null;
let tallyAgain = false;

// unsaved: in memory only; device, box, commune: where the durable ones are; held: the service could not read them yet.
// refused: this tablet's credential is not taken; full: there is no room; sent: when the service last answered; newest: an event's id.
export const tally = { unsaved: 0, device: 0, box: 0, commune: 0, held: 0, made: {}, refused: false, full: false, emptied: false, sent: 0, newest: '' };

// Event id → 'saving', 'unsaved', 'device', 'box' or 'commune', as far as this page has to do with it.
export const marks = new Map();

export function onTally(listener) {
  tallyListeners.add(listener);
  return () => tallyListeners.delete(listener);
}

export function tell(changes) {
  Object.assign(tally, changes);
  for (const listener of tallyListeners) listener(tally);
}

// Counts again, once for any number of calls; other tabs of this tablet are told too.
export function recount({ others = true } = {}) {
  if (others && tallyLine) tallyLine.postMessage('changed');
  tallyAgain = true;
  if (!tallyRun) tallyRun = tallyCounts().then(() => { tallyRun = null; });
  return tallyRun;
}

async function tallyCounts() {
  while (tallyAgain) {
    tallyAgain = false;
    await tallyCount().catch(() => {});
  }
}

async function tallyCount() {
  const found = await transact(['events', 'meta'], 'readonly', (tx) => {
    const index = tx.objectStore('events').index('state');
    const made = IDBKeyRange.bound('made:', 'made:~');
    return {
      counts: tallyStates.map((state) => index.count(IDBKeyRange.bound([state], [state, []]))),
      epochs: tx.objectStore('meta').getAllKeys(made),
      numbers: tx.objectStore('meta').getAll(made),
    };
  });
  const changes = { made: {}, emptied: tally.emptied || dbSeen.emptied };
  tallyStates.forEach((state, i) => { changes[state] = found.counts[i].result; });
  found.epochs.result.forEach((key, i) => { changes.made[key.slice(5)] = found.numbers.result[i]; });
  tell(changes);
}

async function tallyRefresh() {
  const open = Array.from(marks.keys()).filter((id) => ['device', 'box'].includes(marks.get(id)));
  await Promise.all(open.map(async (id) => {
    const row = await ask('events', (store) => store.index('id').get(id));
    if (row) marks.set(id, shownState(row.state));
  }));
  return recount({ others: false });
}

// What the service holds back is kept by this tablet, and shown so.
export function shownState(state) {
  return state === 'held' ? 'device' : state;
}

if (tallyLine) tallyLine.onmessage = () => tallyRefresh().catch(() => {});
