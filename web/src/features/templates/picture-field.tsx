import { Button, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPhoto } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { RowsSkeleton } from "@/components/states";
import classes from "./picture-field.module.css";

const PictureChoice = lazy(() =>
  import("./picture-choice").then((module) => ({ default: module.PictureChoice })),
);

const modalId = "picture-choice";

interface Props {
  label: string;
  /** An address, or `asset:KEY` for a picture of the library. */
  value: string;
  onChange: (value: string) => void;
}

/** Where a picture comes from: chosen in the library, or an address. */
export function PictureField({ label, value, onChange }: Props) {
  const { t } = useTranslation();
  const choose = () => {
    modals.open({
      modalId,
      title: t("templates.choosePicture"),
      size: "lg",
      children: (
        <Suspense fallback={<RowsSkeleton rows={4} />}>
          <PictureChoice
            onChoose={(asset) => {
              onChange(`asset:${asset.key}`);
              modals.close(modalId);
            }}
          />
        </Suspense>
      ),
    });
  };
  return (
    <div className={classes.field}>
      <TextInput
        label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Button variant="default" leftSection={<IconPhoto size={15} />} onClick={choose}>
        {t("templates.fromLibrary")}
      </Button>
    </div>
  );
}
