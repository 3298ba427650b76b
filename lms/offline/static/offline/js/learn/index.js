// The views of learning, and the way back to where one was.
import { go } from '../base/router.js';
import { snapshot } from '../store/index.js';
import './able.js';
import './home.js';
import './lesson.js';
import './question.js';
import './result.js';
import './review.js';
import './tests.js';
import { attemptNamed, forgetDesk, stands } from './desk.js';
import { askHelp } from './help.js';
import { placeKey } from './pieces.js';

const RESUMED = ['home', 'lesson', 'lesson_done', 'tests', 'question', 'review', 'result', 'able'];

// Goes back to the exact screen on which this learner was last; to their own page where nothing is remembered.
async function resumeView(turn) {
  const place = await snapshot(placeKey(turn.learner));
  if (place && RESUMED.includes(place.view)) return go(place.view, place.params, { replace: true });
  return go('home', {}, { replace: true });
}

// What the way in uses of learning.
export const learnPart = { askHelp, attemptNamed, forgetDesk, resumeView, stands };
