// Views of one document. An entry of the browser's history names the turn it belongs to: after another
// learner has sat down, Back finds nothing of the one before.
import { later } from './later.js';
import { state } from './state.js';

const views = new Map();
let shown = 0;
let lost = () => {};

// view('lesson', async (params) => { … show({ … }) }): how a view is drawn.
export function view(name, draw) {
  views.set(name, draw);
}

// Where to go when the history names another learner's turn, or nothing that is known.
export function onLost(go) {
  lost = go;
}

const turnOf = () => (state.turn ? state.turn.id : '');

export function go(name, params = {}, { replace = false } = {}) {
  const entry = { view: name, params, turn: turnOf() };
  if (replace || !history.state || !history.state.view) history.replaceState(entry, '');
  else history.pushState(entry, '');
  return draw(name, params);
}

// Draws again what is shown, for instance when the service has told more.
export function again() {
  const entry = history.state;
  if (entry && entry.view && entry.turn === turnOf()) return draw(entry.view, entry.params);
  return lost();
}

export function here() {
  return history.state && history.state.turn === turnOf() ? history.state : null;
}

async function draw(name, params) {
  shown += 1;
  const mine = shown;
  // What is learned, and then what only trainers use, comes after the first screen.
  for (const part of ['learn', 'trainer', 'ask']) if (!views.has(name)) await later(part);
  // A view that waits must not draw over one that was opened meanwhile.
  if (mine === shown) await views.get(name)(params, () => mine === shown);
}

window.addEventListener('popstate', (event) => {
  const entry = event.state;
  if (entry && entry.view && entry.turn === turnOf()) draw(entry.view, entry.params);
  else lost();
});
