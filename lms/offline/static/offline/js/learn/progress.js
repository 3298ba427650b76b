// Where a learner is: what the service told (the desk), and what this tablet did that the desk does not know yet.
// Pure: the same desk and events give the same, however often it is made again.
const PROGRESS_PRACTICE = 'practice';

// desk: GET /api/v1/learner/desk; index: the content; own: events of this tablet in written order;
// tryEnds(item id, response): whether a practice response is a whole try.
export function standing(desk, index, own, tryEnds) {
  const lessons = progressLessonsOf(desk, index, own);
  const attempts = progressAttemptsOf(desk, index, own, tryEnds);
  return {
    lessons,
    attempts,
    modules: progressModulesOf(index, lessons, attempts),
    following: lessons.find((one) => one.state !== 'done') || null,
    done: lessons.filter((one) => one.state === 'done').length,
  };
}

// A lesson that was opened is not learned: only activity.finished makes it so.
function progressLessonsOf(desk, index, own) {
  const held = {};
  const at = (code) => {
    if (!held[code]) held[code] = { seen: 0, done: false, ...desk.lessons[code] };
    return held[code];
  };
  for (const { type, payload } of own) {
    if (type === 'activity.opened' || type === 'activity.finished') {
      const one = at(payload.lesson);
      one.seen = Math.max(one.seen, payload.screen);
      one.done = one.done || type === 'activity.finished';
    }
  }
  return index.lessons.map((lesson, place) => {
    const { seen, done } = at(lesson.code);
    const state = done ? 'done' : seen ? 'begun' : 'new';
    const resume = done ? 1 : Math.min(seen, lesson.screens) + 1;
    return { lesson, number: place + 1, seen: Math.min(seen, lesson.screens), state, resume };
  });
}

function progressModulesOf(index, lessons, attempts) {
  return index.modules.map((module) => {
    const own = lessons.filter((one) => module.lessons.includes(one.lesson.code));
    const quizzes = attempts.filter((one) => one.kind === PROGRESS_PRACTICE && one.module === module.code);
    return {
      module,
      lessons: own,
      isLearned: own.every((one) => one.state === 'done'),
      quizzed: quizzes.some((one) => one.handed),
      openQuiz: quizzes.find((one) => one.goesOn) || null,
    };
  });
}

// All attempts that are known here, the newest first.
function progressAttemptsOf(desk, index, own, tryEnds) {
  const lines = new Map(desk.attempts.map((told) => [told.id, progressLineOf(told)]));
  for (const event of own) {
    if (!event.attempt) continue;
    if (!lines.has(event.attempt) && event.type === 'attempt.started') lines.set(event.attempt, progressStartedLine(event));
    const line = lines.get(event.attempt);
    if (line) progressAddToLine(line, event, tryEnds);
  }
  return Array.from(lines.values(), (line) => progressClosed(line, index)).sort((a, b) => b.started - a.started);
}

function progressLineOf(told) {
  return {
    id: told.id, kind: told.kind, module: told.module || '', level: told.level, seed: told.seed, items: told.items,
    sitting: told.sitting, questions: told.questions || null, result: told.result, state: told.state,
    started: typeof told.started_at === 'number' ? told.started_at : Date.parse(told.started_at), answers: { ...told.answers }, tries: { ...told.tries },
    last: told.last, handed: Boolean(told.submitted_at) || told.state === 'refused',
    content: told.content || '', known: new Set(told.events), before: new Map(), again: {},
  };
}

function progressStartedLine({ attempt, payload, at }) {
  const { kind, level, seed, items, module = '', sitting = null } = payload;
  return progressLineOf({ id: attempt, kind, module, level, seed, items, sitting, state: 'open', started_at: at, answers: {}, tries: {}, last: null, events: [] });
}

// What another tablet did meanwhile stands first; own work beside it is a branch, whose answers are kept in
// `again`: they are given once more when this tablet goes on, so that nothing is lost in the line that counts.
function progressAddToLine(line, event, tryEnds) {
  const after = event.parent || line.before.get(event.segment) || null;
  line.before.set(event.segment, event.id);
  if (line.known.has(event.id) || line.handed) return;
  if (event.type === 'attempt.submitted') line.handed = true;
  const straight = after === line.last;
  if (straight) line.last = event.id;
  if (event.type !== 'answer.given') return;
  const { item, response } = event.payload;
  (straight ? line.answers : line.again)[item] = response;
  if (straight) delete line.again[item];
  if (tryEnds(line, item, response)) line.tries[item] = (line.tries[item] || 0) + 1;
}

// Practice of an earlier release cannot be gone on with: its questions are not here any more.
function progressClosed(line, index) {
  const goesOn = !line.handed && (line.kind !== PROGRESS_PRACTICE || !line.content || line.content === index.content);
  return { ...line, goesOn, shown: { ...line.answers, ...line.again } };
}

// The next number of a form without an answer, else its last one.
export function firstOpen(line) {
  const found = line.items.findIndex((one) => !(line.shown[one[0]] || []).length);
  return found < 0 ? line.items.length : found + 1;
}
