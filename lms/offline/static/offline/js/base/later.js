// Parts of the player that come after its first screen, so that a slow line shows that one sooner. They are
// fetched right after it: where no worker keeps them, nothing can be fetched once the line is gone.
const laterHere = {};
const laterAsked = {};
const laterTries = {};
const LATER_AGAIN = 3000;

// What the part gives to others when it is here, else null: 'learn', 'trainer' or 'ask'.
export const nowHere = (name) => laterHere[name] || null;

// Resolves with the same, and does not give up: a line that broke is tried again and again.
export function later(name) {
  laterAsked[name] = laterAsked[name] || laterFetch(name);
  return laterAsked[name];
}

async function laterFetch(name) {
  for (;;) {
    // A browser may remember that an address failed, so each try has one of its own.
    const mark = laterTries[name] ? `?${laterTries[name]}` : '';
    laterTries[name] = (laterTries[name] || 0) + 1;
    try {
      laterHere[name] = (await import(`./${name}.js${mark}`))[`${name}Part`];
      return laterHere[name];
    } catch (error) {
      await new Promise((wait) => setTimeout(wait, LATER_AGAIN));
    }
  }
}
