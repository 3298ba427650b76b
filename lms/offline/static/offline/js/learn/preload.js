// What will be needed is brought in time, so that a lesson goes on when the network is gone.
import { scene } from '../base/dom.js';
import { later } from '../base/later.js';
import { NoContent, openPart, taught } from './content.js';
import { keepPictures, picturesIn } from './pictures.js';

const PRELOAD_PAUSE = 3000; // What somebody taps first has the line for itself.
let preloadFirst = '';
let preloadBusy = false;
let preloadJoy = null;

// The same when the first page of somebody's turn stands there, and nobody has tapped yet.
export function preloadSoon(code) {
  preloadFirst = code;
  setTimeout(() => taught() && preload(preloadFirst), PRELOAD_PAUSE);
}

// Brings what is needed next, one thing after the other: this lesson and its pictures, the next one, the bank.
export function preload(code) {
  preloadFirst = code;
  // Where there is no worker, the drawing of the last screen must have been asked for once, too.
  preloadJoy = preloadJoy || scene('well-done');
  if (!preloadBusy) preloadAll();
}

async function preloadAll() {
  preloadBusy = true;
  try {
    for (let done = new Set(), next = preloadNext(done); next; next = preloadNext(done)) {
      done.add(next);
      const made = await openPart(next);
      await keepPictures(picturesIn(made));
    }
    // Whoever may ask without network must have been brought here before.
    later('ask');
  } catch (error) {
    // Without network it is tried again when a lesson is opened next, or when the network is back.
    if (!(error instanceof NoContent)) throw error;
  } finally {
    preloadBusy = false;
  }
}

// What is wanted may change while something is on its way, so it is asked each time.
function preloadNext(done) {
  const { lessons, bank, asking } = taught();
  const at = Math.max(0, lessons.findIndex((one) => one.code === preloadFirst));
  const wanted = lessons.slice(at, at + 2).map((one) => one.part.sha256).concat(bank.sha256, asking ? asking.sha256 : []);
  return wanted.find((sha) => !done.has(sha));
}

window.addEventListener('online', () => taught() && preload(preloadFirst));
