// What the player knows right now. It is made again from the store and the service at each load.
//
// tablet  what GET /api/v1/tablet said last, or what the store kept of it; null before anything is known
// pack    the class that this tablet carries (see trainer/carry.js), or null
// turn    who sits here: { id, learner, name, picture, colour, spoken, how, session, kind } or null
//         how: 'pin', 'card' or 'trainer'; kind: 'class' (the service knows), 'carried' (claimed) or 'home'
// desk    where this learner is (GET /api/v1/learner/desk, or the pack's), or null
// simple  large and plain (the default), or compact
export const state = { tablet: null, pack: null, turn: null, desk: null, simple: true };
const listeners = new Set();

export function set(changes) {
  Object.assign(state, changes);
  for (const listener of listeners) listener(state, changes);
}

export function onState(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
