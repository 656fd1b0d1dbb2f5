// What comes together when the first of these is opened.
export { EditSegmentPage } from "./edit-page";
export { NewSegmentPage } from "./new-page";
