// One piece to load: whoever looks through pictures opens one.
export { AssetPage } from "./asset-page";
export { LibraryPage } from "./library-page";
