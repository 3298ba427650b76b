// An answer, or an honest "there is no lesson on this", as courses/asking/answering.py decides.
import { askRank, askReading } from './ranking.js';

const askSure = ({ sure, sure_from: from, short }, reading, best) => {
  const asked = reading.units.reduce((sum, unit) => sum + (unit.counts ? unit.most : 0), 0);
  if (!asked) return 0;
  const words = reading.units.filter((unit) => unit.counts).length;
  const speaks = {
    ...best, score: Math.log(1 + best.score), asked: Math.log(1 + asked), words: Math.log(1 + words),
    figure: reading.asksFigure && words <= short ? 1 : 0, elsewhere: reading.isElsewhere && words <= short ? 1 : 0,
  };
  const all = Object.keys(sure).reduce((sum, name) => sum + sure[name] * speaks[name], 0);
  return 1 / (1 + Math.exp(-from - all));
};

// { answer, beside, happened, certainty }: passages of the index; `answer` is null for a refusal.
export function askAnswer(index, lexicon, question) {
  const { weights } = lexicon;
  const reading = askReading(index, lexicon, question);
  const found = askRank(index, lexicon, reading);
  const certainty = found.length ? askSure(weights, reading, found[0]) : 0;
  const { happened } = reading;
  if (certainty >= weights.threshold) {
    const answer = index.passages[found[0].number];
    const beside = askOthers(index, found.filter((one) => one.score >= weights.beside * found[0].score), answer);
    return { answer, beside: beside.slice(0, weights.most_beside), happened, certainty };
  }
  const near = askOthers(index, found.filter((one) => one.lesson_held >= weights.least_held), null);
  return { answer: null, beside: near.slice(0, weights.most_near), happened, certainty };
}

function askOthers(index, found, best) {
  const named = (passage) => `${passage.lesson}\n${passage.module}`;
  const told = new Set(best ? [named(best)] : []);
  const others = [];
  for (const { number } of found) {
    const passage = index.passages[number];
    if (!told.has(named(passage))) others.push(passage);
    told.add(named(passage));
  }
  return others;
}
