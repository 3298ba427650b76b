// How an attempt went. Practice is marked on the tablet, whose questions it knows; of a test and of a measuring
// form only the service can tell, since their keys are never here.
import { markForm } from '../kinds/index.js';
import { openBank, taught } from './content.js';

// The least whole number of points that is `share` per cent of `most`.
export const neededPoints = (share, most) => Math.ceil((share * most) / 100);

// {points, max, skills: {code: [points, max]}, passed} or null while nobody can tell.
export async function markOf(line) {
  if (line.kind !== 'practice') return line.result;
  const bank = await openBank();
  if (line.items.some(([id]) => !bank.items[id])) return line.result;
  const mark = markForm(bank, line.items, line.shown);
  return { ...mark, passed: mark.points >= neededPoints(taught().pass.share, mark.max) };
}

// Each skill of the mark in the programme's order: whether it is mastered, and the lessons that teach it.
export function skillsOf(mark, lessons) {
  const { share, skills } = taught().pass;
  return taught().skills.filter(({ code }) => mark.skills[code]).map(({ code, title }) => {
    const [points, most] = mark.skills[code];
    return {
      title, points, most,
      mastered: points >= neededPoints(Math.max(share, skills[code] || 0), most),
      lessons: lessons.filter((one) => one.lesson.skills.includes(code)),
    };
  });
}
