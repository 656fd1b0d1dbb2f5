import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import classes from "./gallery.module.css";
import { loadRecipeFiles } from "./recipe-files";
import { recipesOf } from "./recipes";
import { useBegin } from "./use-begin";

const nameLengthMax = 200;

/** A new journey: from a recipe, or from nothing. */
export function GalleryPage() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const { fromRecipe, blank } = useBegin();
  const { data, error, refetch } = useQuery({
    queryKey: ["recipes"],
    queryFn: async () => recipesOf(await loadRecipeFiles()),
    staleTime: Infinity,
  });
  const failed = fromRecipe.error ?? blank.error;
  return (
    <Page title={t("editor.gallery.title")} parent={{ to: "/journeys", title: t("nav.journeys") }}>
      <Panel title={t("editor.gallery.blank")}>
        <form
          className={classes.blank}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") blank.mutate(name.trim());
          }}
        >
          <TextInput
            size="sm"
            label={t("editor.fields.journeyName")}
            placeholder={t("editor.gallery.example")}
            maxLength={nameLengthMax}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            type="submit"
            size="sm"
            leftSection={<IconPlus size={15} />}
            disabled={name.trim() === ""}
            loading={blank.isPending}
          >
            {t("editor.gallery.begin")}
          </Button>
        </form>
      </Panel>
      <h2 className={classes.heading}>{t("editor.gallery.recipes")}</h2>
      <p className={classes.text}>{t("editor.gallery.text")}</p>
      {failed && (
        <p className={classes.failed} role="alert">
          {failed.message}
        </p>
      )}
      {error && !data ? (
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      ) : !data ? (
        <Panel>
          <RowsSkeleton />
        </Panel>
      ) : (
        <ul className={classes.recipes}>
          {data.map((recipe) => (
            <li key={recipe.key} className={classes.recipe}>
              <h3>{recipe.name}</h3>
              <p lang="en">{recipe.text}</p>
              <div className={classes.parts}>
                {t("editor.gallery.parts", { count: recipe.parts.length })}
              </div>
              <Button
                variant="default"
                aria-label={t("editor.gallery.useNamed", { name: recipe.name })}
                loading={fromRecipe.isPending && fromRecipe.variables === recipe}
                disabled={fromRecipe.isPending}
                onClick={() => fromRecipe.mutate(recipe)}
              >
                {t("editor.gallery.use")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
