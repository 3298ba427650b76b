// What stands between a learner and the class before anything else: a browser inside another app, a browser that
// keeps nothing, a hall without network.
import { h, icon, scene } from '../base/dom.js';
import { mainButton, quietButton, show } from '../base/frame.js';
import { view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';

const GATE_APPS = /Zalo|FBAN|FBAV|FB_IAB|Instagram|Messenger|TikTok|musical_ly|Bytedance|; wv\)/i;

// Browsers inside apps have a store of their own, which the app may empty: what is learned there gets lost.
export const inAnotherApp = () => GATE_APPS.test(navigator.userAgent);

// Without scripts' store the pages of the service hold the work; they end with ?kieu=trang at themselves.
export const PLAIN_PAGES = '/vao-lop?kieu=trang';

function gatePlain() {
  return h('a.button.button--quiet', { href: PLAIN_PAGES }, icon('document'), h('span', null, say('entry.plain-pages')));
}

view('no-store', () => show({ title: say('entry.no-store'), content: [
  h('h1', null, say('entry.no-store')), h('p', null, say('entry.no-store-why')),
  quietButton(say('entry.again'), () => location.reload(), { icon: 'undo' }),
], main: h('a.button.button--primary.button--main#main-action', { href: PLAIN_PAGES }, icon('next'), h('span', null, say('entry.plain-pages'))) }));

// Resolves when the learner goes on here in spite of the warning.
export function askForChrome() {
  return new Promise((goOn) => {
    const android = /Android/i.test(navigator.userAgent);
    const steps = android
      ? [say('entry.app-1'), say('entry.app-2'), say('entry.app-3')]
      : [say('entry.app-ios-1'), say('entry.app-2'), say('entry.app-ios-3')];
    show({ title: say('entry.app'), content: [
      h('h1', null, say('entry.app')), h('p', null, say('entry.app-why')),
      h('ol', null, steps.map((words) => h('li', null, words))),
      h('div.entry-ways', null, gateCopy(), quietButton(say('entry.app-stay'), goOn, { icon: 'next' })),
    ], main: android && location.protocol === 'https:' ? gateChrome() : null });
  });
}

// Android opens another browser by such a link. It ends the address at '#', so what followed goes as a query.
function gateChrome() {
  const { host, pathname, hash } = location;
  const query = hash ? `?${hash.slice(1)}` : location.search;
  const href = `intent://${host}${pathname}${query}#Intent;scheme=https;package=com.android.chrome;end`;
  return h('a.button.button--primary.button--main#main-action', { href }, icon('next'), h('span', null, say('entry.app-open')));
}

// The address stands there to be read and typed as well: plain http has no clipboard.
function gateCopy() {
  const address = h('input.field__input', { type: 'text', readonly: true, value: location.href, 'aria-label': say('entry.app-address') });
  const copy = quietButton(say('entry.app-copy'), () => {
    address.select();
    const done = document.execCommand('copy');
    copy.querySelector('span').textContent = done ? say('entry.app-copied') : say('entry.app-select');
  }, { icon: 'link' });
  return [address, copy];
}

view('no-network', () => show({ title: say('entry.offline'), content: [
  scene('error'), h('h1', null, say('entry.offline')), h('p', null, state.tablet ? say('entry.offline-known') : say('entry.offline-new')),
  h('ol', null, [say('entry.offline-1'), say('entry.offline-2'), say('entry.offline-3')].map((words) => h('li', null, words))),
], main: mainButton(say('entry.again'), () => location.reload(), { icon: 'undo' }) }));
