// Where the player begins: can this browser keep anything, is it a tablet of the commune, in which class does it
// stand, who sat here last.
import { later } from '../base/later.js';
import { go } from '../base/router.js';
import { state } from '../base/state.js';
import { meta, openStore, startSender } from '../store/index.js';
import { tellCard } from './card.js';
import { takeClass } from './code.js';
import './faces.js';
import { askForChrome, inAnotherApp } from './gate.js';
import { startIdle } from './idle.js';
import { startInstall } from './install.js';
import './own.js';
import { askToResume, turnToResume } from './resume.js';
import { scannedCard } from './scan.js';
import { startSpeech } from './speech.js';
import { startSurroundings } from './surroundings.js';
import { signedOut } from './turn.js';
import { startUpdates } from './update.js';
import { askTablet, hearTablet, start } from './ways.js';

export async function boot() {
  bootHides();
  startSurroundings();
  if (inAnotherApp()) await askForChrome();
  const store = await bootStore();
  if (!store.ok) return go('no-store');
  const asked = bootAsked();
  startSpeech();
  startIdle();
  startInstall();
  startSender();
  startUpdates();
  await bootCarried();
  // Where the last session cannot be ended there is no network to ask by.
  const heard = await ((await signedOut()) ? askTablet() : hearTablet({ status: 0 }));
  const turn = await turnToResume(heard);
  if (turn) return askToResume(turn);
  return asked(heard);
}

// Only a tablet that carries a class, or did, needs the carrier before its first screen.
async function bootCarried() {
  try {
    if (await meta('pack') || await meta('gone')) await (await later('trainer')).carried();
  } catch (error) { /* A pack that cannot be read must not keep anybody out. */ }
}

async function bootStore() {
  try {
    return window.indexedDB ? await openStore() : { ok: false };
  } catch (error) {
    return { ok: false }; // Some browsers have a store and refuse it, as private windows do.
  }
}

// A browser may bring the page back from memory as it was left, also after the next person has come: it is
// hidden when it is left, and made again when it comes back.
function bootHides() {
  window.addEventListener('pagehide', () => { document.body.hidden = true; });
  window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  window.addEventListener('hashchange', () => { if (location.hash && !state.turn) location.reload(); });
}

// What the address asked for, #lop=<code>, #nha or a card's ten digits, taken out of it and of the history.
function bootAsked() {
  const told = location.hash.slice(1) || location.search.slice(1);
  if (told) history.replaceState(null, '', location.pathname);
  const [name, code = ''] = told.split('=').map(decodeURIComponent);
  const card = scannedCard(told);
  return (heard) => {
    const ours = heard === 'known' && state.tablet.device.kind === 'tablet';
    if (name === 'nha' && !ours) return go('home-code', { code });
    if (name === 'lop') return ours ? bootClass(code) : go('join', { code });
    if (card && !(ours && !state.tablet.class)) {
      tellCard(card);
      return go(ours ? 'card' : 'join');
    }
    return start();
  };
}

// The code on the class's QR begins with the commune's; this machine knows its commune.
async function bootClass(code) {
  const words = await takeClass(code.split('-').pop());
  if (words) await start();
}
