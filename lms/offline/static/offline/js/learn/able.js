// "… đã làm được": what the learner can do now, in their own words, with what the trainer saw and what was learned.
import { h, icon, scene } from '../base/dom.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { taught } from './content.js';
import { markOf, skillsOf } from './marking.js';
import { block, homeButton, learnView, toHome } from './pieces.js';

learnView('able', async (params, learner) => {
  const who = ableName(state.desk.address);
  const tasks = state.desk.tasks.filter((task) => task.result === 'can_do').map((task) => task.title);
  const skills = await ableSkills(learner);
  const lessons = learner.lessons.filter((one) => one.state === 'done').map((one) => one.lesson.title);
  const any = tasks.length + skills.length + lessons.length > 0;
  return {
    title: say('learn.able', { who }),
    back: toHome(),
    content: [h('div.well-done', null, any && scene('well-done'), h('h1', null, any ? say('learn.able', { who }) : say('learn.able_soon', { who })),
      !any && h('p', null, say('learn.able_how'))),
    ableList(say('learn.able_tasks'), tasks), ableList(say('learn.able_skills'), skills), ableList(say('learn.able_lessons'), lessons),
    any && h('p', null, say('learn.able_slip'))],
    main: homeButton(),
  };
});

// "cô chú" begins the sentence.
function ableName(address) {
  return address.charAt(0).toUpperCase() + address.slice(1);
}

// What the newest attempts that were handed in show to be mastered, the best of them for each skill.
async function ableSkills(learner) {
  const found = new Set();
  for (const line of learner.attempts.filter((one) => one.handed)) {
    const mark = await markOf(line);
    if (mark) skillsOf(mark, learner.lessons).filter((one) => one.mastered).forEach((one) => found.add(one.title));
  }
  return taught().skills.map((one) => one.title).filter((title) => found.has(title));
}

function ableList(title, lines) {
  return lines.length > 0 && block(title, h('ul.take-home', null, lines.map((line) => h('li', { 'data-say': line }, icon('check'), h('span', null, line)))));
}
