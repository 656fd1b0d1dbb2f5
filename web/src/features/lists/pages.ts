// What comes together when the first of these is opened.
export { ListPage } from "./list-page";
export { ListsPage } from "./lists-page";
