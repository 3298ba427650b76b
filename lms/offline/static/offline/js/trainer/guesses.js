// Cards shown in vain at this tablet. Without network nobody else counts them, so the tablet waits by itself.
import { keepSnapshot, snapshot } from '../store/index.js';
import { knownTime } from './calendar.js';

const GUESS_MOST = 5;
const GUESS_REST = 60000;
const GUESS_KEY = 'guesses';

// Seconds until a learner's card is looked at again; 0 when it may be now.
export async function guessRest() {
  const { until = 0 } = (await snapshot(GUESS_KEY)) || {};
  return Math.max(0, Math.ceil((until - await knownTime()) / 1000));
}

export async function guessMissed() {
  const { wrong = 0 } = (await snapshot(GUESS_KEY)) || {};
  const many = wrong + 1 >= GUESS_MOST;
  await keepSnapshot(GUESS_KEY, many ? { wrong: 0, until: await knownTime() + GUESS_REST } : { wrong: wrong + 1 });
}

export function guessRight() {
  return keepSnapshot(GUESS_KEY, null);
}
