// Questions about the lessons come after everything else, when the line is quiet.
import './view.js';

export const askPart = {};
