// The screens of the lessons held by their words, as courses/asking/index.py and lexicon.py hold them.
import { askBare, askExact, askFound, askPhrases, askSyllables } from './words.js';

const ASK_GAP = 1000;
const askLists = ['emergency', 'remedy', 'meaning', 'figure', 'elsewhere'];

// What came with the content, ready for use.
export function askLexicon(told) {
  const groups = [].concat(...told.groups.map((group) => group.map((phrase) => [phrase, group[0]])));
  const stop = new Set([].concat(...told.stop.map(askSyllables)));
  const made = { stop, stopBare: new Set([...stop].map(askBare)), groups: askPhrases(groups), weights: told.weights };
  const phrases = groups.map(([phrase]) => phrase).concat(...askLists.map((name) => told[name]));
  for (const name of askLists) made[name] = askPhrases(told[name].map((one) => [one, one]));
  made.bare = new Set([...stop].concat(...phrases.map(askSyllables)).map(askBare));
  return made;
}

const askSentence = (words) => {
  const bare = words.trim();
  return !bare || '.!?:;…'.includes(bare[bare.length - 1]) ? bare : `${bare}.`;
};

// The passages of lessons as the content holds them: [{ module, lesson }] in the order of the class.
export function askPassages(code, lessons) {
  const made = [];
  for (const { module, lesson } of lessons) {
    const named = { key: `${code}/${lesson.code}`, lesson: lesson.title, module, code: lesson.code };
    lesson.screens.forEach((screen, at) => {
      const say = screen.say.slice(askSentence(screen.title).length).trim();
      const item = screen.item ? lesson.items[screen.item] : null;
      made.push({ ...named, screen: at + 1, title: screen.title, say, html: screen.html, prompt: item ? item.prompt : '', isReview: false });
    });
    made.push({ ...named, screen: lesson.screens.length + 1, title: '', say: lesson.take_home.map(askSentence).join(' '), lines: lesson.take_home, prompt: '', isReview: true });
  }
  return made;
}

export function askIndex(passages, lexicon) {
  const index = { passages, words: new Map(), groups: new Map(), fulls: new Map(), known: new Map(), lengths: [], heads: new Map() };
  passages.forEach((passage, number) => askTake(index, lexicon, passage, number));
  const heading = (phrases) => new Set(passages.map((one, n) => n).filter((n) => askFound(phrases, askExact(askSyllables(passages[n].title))).length));
  index.remedies = heading(lexicon.remedy);
  index.meanings = heading(lexicon.meaning);
  index.mean = index.lengths.reduce((sum, one) => sum + one, 0) / Math.max(1, index.lengths.length);
  for (const full of [...index.words.keys()].sort()) {
    const bare = askBare(full);
    index.fulls.set(bare, (index.fulls.get(bare) || []).concat(full));
    index.known.set(bare, (index.known.get(bare) || 0) + index.words.get(full).size);
  }
  for (const bare of lexicon.bare) if (!index.known.has(bare)) index.known.set(bare, 0);
  return index;
}

function askTake(index, lexicon, passage, number) {
  const { places } = lexicon.weights;
  const texts = { title: passage.title, text: passage.say, lesson: passage.lesson, module: passage.module, prompt: passage.prompt };
  const heads = index.heads.get(passage.key) || new Set();
  index.heads.set(passage.key, heads);
  ['title', 'text', 'lesson', 'module', 'prompt'].forEach((place, order) => {
    const fulls = askSyllables(texts[place]);
    if (place === 'text') index.lengths.push(fulls.length);
    const groups = askFound(lexicon.groups, askExact(fulls)).map((span) => span[2]);
    fulls.forEach((full, at) => {
      const held = askHeld(askHeld(index.words, full, () => new Map()), number, () => ({ weight: 0, places: new Set() }));
      held.weight += places[place];
      held.places.add(order * ASK_GAP + at);
    });
    for (const meaning of groups) {
      const held = askHeld(index.groups, meaning, () => new Map());
      held.set(number, (held.get(number) || 0) + places[place]);
    }
    if (['title', 'lesson', 'module'].includes(place) || (place === 'text' && passage.isReview)) {
      fulls.forEach((full) => heads.add(full));
      groups.forEach((meaning) => heads.add(`=${meaning}`));
    }
  });
}

function askHeld(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
