// One piece to load: whoever looks through catalogs opens one.
export { CatalogPage } from "./catalog-page";
export { CatalogsPage } from "./catalogs-page";
