/** The example workspaces of the source tree, each file as text. They come when the gallery is opened. */
const files = import.meta.glob<string>(
  [
    "../../../../../examples/*/{journeys,templates,segments,scores,lists,blocks}/*.yaml",
    // Its mails show a picture, which is no text.
    "!../../../../../examples/abandoned-cart/templates/*.yaml",
    "!../../../../../examples/abandoned-cart/journeys/*.yaml",
  ],
  { query: "?raw", import: "default" },
);

export interface RecipeFile {
  /** `welcome`: the example that it is part of. */
  example: string;
  /** `journeys/welcome.yaml` */
  path: string;
  text: string;
}

export async function loadRecipeFiles(): Promise<RecipeFile[]> {
  return Promise.all(
    Object.entries(files).map(async ([place, load]) => {
      const [example = "", ...rest] = place.split("/examples/")[1]?.split("/") ?? [];
      return { example, path: rest.join("/"), text: await load() };
    }),
  );
}
