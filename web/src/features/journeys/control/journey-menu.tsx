import { Button, Menu } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconArchive,
  IconDots,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconUserPlus,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/permissions";
import type { Journey } from "../queries";
import { ArchiveDialog } from "./archive-dialog";
import { EnterDialog } from "./enter-dialog";
import { PauseDialog } from "./pause-dialog";
import { ResumeDialog } from "./resume-dialog";

const dialogs = {
  enter: EnterDialog,
  pause: PauseDialog,
  resume: ResumeDialog,
  archive: ArchiveDialog,
};

/** What can be done with a journey that is published. */
export function JourneyMenu({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const may = useMay("write");
  const ask = (what: keyof typeof dialogs) => {
    const Dialog = dialogs[what];
    modals.open({
      title: t(`editor.control.${what}Title`, { name: journey.name }),
      children: <Dialog journey={journey} />,
    });
  };
  const { state } = journey;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={15} />}>
            {t("editor.control.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconHistory size={14} />}
            renderRoot={(props) => (
              <Link {...props} to="/journeys/$key/versions" params={{ key: journey.key }} />
            )}
          >
            {t("editor.versions.title")}
          </Menu.Item>
          {may && state === "running" && (
            <>
              <Menu.Item leftSection={<IconUserPlus size={14} />} onClick={() => ask("enter")}>
                {t("editor.control.enter")}
              </Menu.Item>
              <Menu.Item leftSection={<IconPlayerPause size={14} />} onClick={() => ask("pause")}>
                {t("editor.control.pause")}
              </Menu.Item>
            </>
          )}
          {may && state === "paused" && (
            <Menu.Item leftSection={<IconPlayerPlay size={14} />} onClick={() => ask("resume")}>
              {t("editor.control.resume")}
            </Menu.Item>
          )}
          {may && (state === "running" || state === "finishing") && (
            <Menu.Item
              color="red.9"
              leftSection={<IconArchive size={14} />}
              onClick={() => ask("archive")}
            >
              {t("editor.control.archive")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
