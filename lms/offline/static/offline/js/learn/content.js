// What is taught. The index of a release names every part by its hash; parts are kept in the store, so that
// after loading everything works without network. What came over the line is believed only if its hash is right.
import { call } from '../base/net.js';
import { keepPart, part, sha256 } from '../store/index.js';
import { keepPictures, namePictures } from './pictures.js';

const LINE_WAIT = 120000;
let contentIndex = null;
let contentOpen = new Map();
const contentComing = new Map();

export class NoContent extends Error {}

// For what may be missing: openBank().catch(orNoContent) gives null.
export function orNoContent(error) {
  if (error instanceof NoContent) return null;
  throw error;
}

const contentPath = (hash, level) => `/content/${hash}/${level}`;

// The index of a release and level: from the store, else from the service.
export async function openContent(hash, level) {
  if (contentIndex && contentIndex.content === hash && contentIndex.level === level) return contentIndex;
  const key = `index:${hash}:${level}`;
  const kept = await part(key);
  return contentUse(key, kept || await contentFetched(contentPath(hash, level)), !kept);
}

async function contentUse(key, text, isNew) {
  contentIndex = JSON.parse(text);
  contentOpen = new Map();
  if (isNew) await contentKeepQuietly(key, text, 'part');
  namePictures(contentIndex.media);
  return contentIndex;
}

// A newer release of the service may cut the same content into other parts: then the index is asked for again.
async function contentAskAgain() {
  const { content, level } = contentIndex;
  const text = await contentFetched(contentPath(content, level));
  await contentUse(`index:${content}:${level}`, text, true);
}

export const taught = () => contentIndex;

async function contentFetched(path) {
  const answer = await call('GET', path, { timeout: LINE_WAIT });
  if (answer.ok && answer.body) return answer.text;
  const missing = new NoContent(path);
  missing.status = answer.status;
  throw missing;
}

// A store that is full must not stop a lesson that has just come over the line.
async function contentKeepQuietly(key, what, kind) {
  try {
    await keepPart(key, what, kind);
  } catch (error) {
    if (error.name !== 'NotSaved' && error.name !== 'QuotaExceededError') throw error;
  }
}

// A part as parsed JSON. Whoever wants what is already on its way waits for that.
export function openPart(sha) {
  if (contentOpen.has(sha)) return Promise.resolve(contentOpen.get(sha));
  if (!contentComing.has(sha)) contentComing.set(sha, contentPart(sha).finally(() => contentComing.delete(sha)));
  return contentComing.get(sha);
}

// What was damaged on the way is asked for once more.
async function contentPart(sha) {
  let text = await part(sha);
  for (let tries = 0; !text; tries += 1) {
    const came = await contentFetched(`${contentPath(contentIndex.content, contentIndex.level)}/parts/${sha}`);
    if (sha256(came) === sha) text = came;
    else if (tries) throw new NoContent(sha);
    if (text) await contentKeepQuietly(sha, text, 'part');
  }
  const made = JSON.parse(text);
  contentOpen.set(sha, made);
  return made;
}

export function lessonNamed(code) {
  return contentIndex.lessons.find((one) => one.code === code);
}

// One lesson with its screens and practice questions.
export function openLesson(code) {
  return contentNow(() => lessonNamed(code).part.sha256);
}

// All practice questions of the level: { items, order }.
export function openBank() {
  return contentNow(() => contentIndex.bank.sha256);
}

// The words and weights by which questions are answered from the lessons; an index of an older release names none.
export async function openAsking() {
  if (!contentIndex.asking) await contentAskAgain();
  return contentNow(() => contentIndex.asking.sha256);
}

async function contentNow(named) {
  try {
    return await openPart(named());
  } catch (error) {
    if (!(error instanceof NoContent) || error.status !== 404) throw error;
    await contentAskAgain();
    return openPart(named());
  }
}

// Everything of a release, for a class that is carried to where no network is: told(done, total) after each
// piece. Throws NoContent when something did not come whole.
export async function loadAll(told, { content, level }) {
  const index = await openContent(content, level);
  const parts = index.lessons.map((one) => one.part.sha256).concat(index.bank.sha256, index.asking ? index.asking.sha256 : []);
  const total = parts.length + index.media.length;
  let done = 0;
  for (const sha of parts) {
    await openPart(sha);
    told(done += 1, total);
  }
  for (const { name } of index.media) {
    if (!(await keepPictures([name]))) throw new NoContent(name);
    told(done += 1, total);
  }
  return { bytes: index.bytes, lessons: index.lessons.length };
}
