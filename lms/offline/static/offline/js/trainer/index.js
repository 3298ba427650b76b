// The class that a tablet carries, and the trainer's corner.
import './closing.js';
import './handing.js';
import './presence.js';
import './tasks.js';
import './cards.js';
import './faces.js';
import './packs.js';
