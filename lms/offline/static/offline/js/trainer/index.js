// The class that a tablet carries, and the trainer's corner.
import './closing.js';
import './handing.js';
import './presence.js';
import './tasks.js';
import './cards.js';
import './faces.js';
import './packs.js';
import { openedByCard } from './cards.js';
import { carried, carriedFaces } from './carry.js';
import { noteParts } from './note.js';

// What the way in uses of it.
export const trainerPart = { carried, carriedFaces, noteParts, openedByCard };
