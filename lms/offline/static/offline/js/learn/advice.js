// One lesson that is worth a word, and why, by the rule of assessments/rules/next_step.py: the next one, because
// it teaches what was missed, or one that was learned and whose skill was missed.
import { markOf, skillsOf } from './marking.js';

// { at, why: 'missed' or 'again', title, missed, most }, or null when nothing was missed or something is begun.
export async function adviceFor(learner) {
  if (learner.lessons.some((one) => one.state === 'begun')) return null;
  const asked = new Map();
  const handed = learner.attempts.filter((one) => one.handed && one.state !== 'refused').reverse();
  for (const line of handed) {
    const mark = await markOf(line).catch(() => null); // Without its questions a form says nothing.
    if (mark && mark.skills) skillsOf(mark, learner.lessons).forEach((skill) => asked.set(skill.title, skill));
  }
  const weak = [...asked.values()].filter((one) => !one.mastered && one.most).sort((a, b) => a.points / a.most - b.points / b.most);
  const following = learner.lessons.find((one) => one.state === 'new');
  const taught = weak.find(({ lessons }) => lessons.includes(following));
  if (taught) return adviceOf(taught, following, 'missed');
  for (const skill of weak) {
    const done = skill.lessons.filter((one) => one.state === 'done').sort((a, b) => a.lesson.skills.length - b.lesson.skills.length || a.number - b.number);
    if (done.length) return adviceOf(skill, done[0], 'again');
  }
  return null;
}

function adviceOf({ title, points, most }, at, why) {
  return { at, why, title, missed: most - points, most };
}
