// What comes together when the first of these is opened.
export { ScorePage } from "./score-page";
export { ScoresPage } from "./scores-page";
