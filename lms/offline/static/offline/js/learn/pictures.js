// Pictures of lessons and questions: kept as Blobs and shown from there, or straight from the service.
import { keepPart, part, sha256 } from '../store/index.js';

let pictureOf = new Map();
const pictureUrls = new Map();

export function namePictures(media) {
  pictureOf = new Map(media.map((one) => [one.name, one]));
}

// The address of a picture for <img>; one that is not kept yet is asked of the service.
export function pictureUrl(name) {
  const told = pictureOf.get(name);
  return told ? pictureUrls.get(told.sha256) || told.url : '';
}

// The names of all pictures in a part, wherever they stand in it.
export function picturesIn(value, found = new Set()) {
  if (value && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'media' && typeof inner === 'string') found.add(inner);
      else picturesIn(inner, found);
    }
  }
  return found;
}

// Makes those pictures ready that are kept. It never waits for the network.
export async function readyPictures(names) {
  for (const name of names) {
    const told = pictureOf.get(name);
    if (told && !pictureUrls.has(told.sha256)) {
      const kept = await part(told.sha256);
      if (kept) pictureUrls.set(told.sha256, URL.createObjectURL(kept));
    }
  }
}

// Brings those that are not kept yet; true when all are here.
export async function keepPictures(names) {
  await readyPictures(names);
  let whole = true;
  for (const name of names) {
    const told = pictureOf.get(name);
    if (told && !pictureUrls.has(told.sha256)) whole = await pictureFetch(told) && whole;
  }
  return whole;
}

async function pictureFetch({ url, sha256: sha, type }) {
  try {
    const answer = await fetch(url);
    const bytes = await answer.arrayBuffer();
    if (!answer.ok || sha256(new Uint8Array(bytes)) !== sha) return false;
    await keepPart(sha, new Blob([bytes], { type }), 'media');
    return true;
  } catch (error) {
    return false; // A lesson can be learned without its pictures: they have words beside them.
  }
}
