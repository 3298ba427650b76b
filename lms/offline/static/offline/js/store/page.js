// The page of the store: what is where, what is wrong and what to do, and the two things that a person can do.
import { h, icon } from '../base/dom.js';
import { alertBox, mainButton, quietButton, show } from '../base/frame.js';
import { here, view } from '../base/router.js';
import { say } from '../base/words.js';
import { ask } from './database.js';
import { outboxWait } from './outbox.js';
import { seenEmptied } from './report.js';
import { rescue } from './rescue.js';
import { room } from './room.js';
import { sendHeld, sendNow } from './sender.js';
import { onTally, tally } from './tally.js';

let pageSaved = null; // The address of a rescue file that was just made.

export function retrySaving() {
  outboxWait().catch(() => {});
}

// What is wrong, the gravest first: { name, title, todo }.
export function storeAlarms() {
  const found = [];
  if (tally.unsaved && tally.full) found.push({ name: 'full', title: say('store.full'), todo: say('store.full_todo') });
  else if (tally.unsaved) found.push({ name: 'unsaved', title: say('store.unsaved', { n: tally.unsaved }), todo: say('store.unsaved_todo') });
  if (tally.emptied) found.push({ name: 'emptied', title: say('store.emptied'), todo: say('store.emptied_todo') });
  if (tally.refused) found.push({ name: 'refused', title: say('store.refused'), todo: say('store.refused_todo') });
  return found;
}

const pageReasons = {
  unknown_class: () => say('store.held_class'),
  wrong_device: () => say('store.held_device'),
  conflict: () => say('store.held_conflict'),
  too_large: () => say('store.held_large'),
};

async function pageHeld() {
  if (!tally.held) return [];
  const rows = await ask('events', (store) => store.index('state').getAll(IDBKeyRange.bound(['held'], ['held', []])));
  const reasons = new Map();
  for (const { reason } of rows) reasons.set(reason, (reasons.get(reason) || 0) + 1);
  const words = (reason) => (pageReasons[reason] || (() => say('store.held_unread')))();
  return Array.from(reasons, ([reason, n]) => h('li', null, say('store.held_row', { n, why: words(reason) })));
}

function pageRow(name, label, n) {
  return h('div.store-row', null, icon(name), h('dt', null, label), h('dd', null, String(n)));
}

function pageCounts() {
  return h('dl.store-rows', null,
    tally.unsaved ? pageRow('warning', say('store.n_unsaved'), tally.unsaved) : null,
    pageRow('tablet', say('store.n_device'), tally.device),
    tally.box ? pageRow('at-box', say('store.n_box'), tally.box) : null,
    pageRow('at-commune', say('store.n_commune'), tally.commune),
    tally.held ? pageRow('info', say('store.n_held'), tally.held) : null);
}

const pageMega = (bytes) => Math.round(bytes / 1048576);

function pageRoom() {
  if (room.quota === null) return null;
  return h('p.hint', null, say('store.room', { used: pageMega(room.usage), of: pageMega(room.quota) }), room.low && ` ${say('store.room_low')}`);
}

async function pageRescue() {
  const { name, blob } = await rescue();
  if (pageSaved) URL.revokeObjectURL(pageSaved);
  pageSaved = URL.createObjectURL(blob);
  h('a', { href: pageSaved, download: name }).click();
}

function pageSend() {
  retrySaving();
  sendHeld();
  sendNow();
}

async function pageDraw(params, mine) {
  const held = await pageHeld();
  if (!mine()) return;
  show({
    title: say('store.title'),
    back: { act: () => history.back() },
    page: 'store-page',
    main: mainButton(say('store.send'), pageSend, { icon: 'upload' }),
    content: [
      h('h1', null, say('store.title')),
      storeAlarms().map(({ title, todo, name }) => alertBox(title, '', { kind: name === 'emptied' ? 'warning' : 'error', todo })),
      tally.device + tally.held + tally.unsaved ? h('p', null, say('store.kept')) : h('p', null, say('store.all_home')),
      pageCounts(),
      held.length > 0 && [h('p', null, say('store.held_words')), h('ul', null, held)],
      pageRoom(),
      h('div.store-page__acts', null,
        tally.unsaved > 0 && quietButton(say('store.again'), retrySaving, { icon: 'saving' }),
        quietButton(say('store.rescue'), pageRescue, { icon: 'download' }),
        tally.emptied && quietButton(say('store.seen'), seenEmptied, { icon: 'check' })),
      h('p.hint', null, say('store.rescue_words')),
    ],
  });
}

// Counts that change while the page is open are drawn, but never under a finger every second.
export function storePage() {
  let drawn = '';
  view('store', (params, mine) => {
    drawn = JSON.stringify(tally);
    return pageDraw(params, mine);
  });
  onTally(() => {
    const entry = here();
    if (!entry || entry.view !== 'store' || drawn === JSON.stringify(tally)) return;
    drawn = JSON.stringify(tally);
    pageDraw({}, () => here() && here().view === 'store');
  });
}
