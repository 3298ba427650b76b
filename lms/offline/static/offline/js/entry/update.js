// The service worker, where the browser has one: it keeps the player for a start without network. A new release
// takes over only where nobody sits at the tablet, so that it never comes into an attempt.
import { state } from '../base/state.js';

const UPDATE_EVERY = 30 * 60000;
let updateWorker = null;
let updateAsked = 0;
let updateReady = false;

export async function startUpdates() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  let served = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    updateReady = served; // The first worker of all brings nothing new.
    served = true;
    updateReload();
  });
  try {
    updateWorker = await serviceWorker.register('/sw.js');
  } catch (error) {
    return; // Without a worker all works while the page can be loaded.
  }
  updateWorker.addEventListener('updatefound', updateWatch);
  updateTurnOver();
}

// A release that arrives while the faces stand there comes in at once.
function updateWatch() {
  const coming = updateWorker.installing;
  if (coming) coming.addEventListener('statechange', updateTurnOver);
}

function updateTurnOver() {
  if (!state.turn && updateWorker && updateWorker.waiting && navigator.serviceWorker.controller) {
    updateWorker.waiting.postMessage('take-over');
  }
}

function updateReload() {
  if (!updateReady || state.turn) return;
  updateReady = false;
  location.reload();
}

// Called by the views at which nobody sits. A page that stands for days asks for news by itself.
export function takeUpdate() {
  updateReload();
  updateTurnOver();
  if (!updateWorker || Date.now() - updateAsked < UPDATE_EVERY) return;
  updateAsked = Date.now();
  updateWorker.update().catch(() => {});
}
