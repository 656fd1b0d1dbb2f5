import type { CampaignGroup } from "@/app/filters";
import type { CampaignState } from "./queries";

export { campaignGroups as groups } from "@/app/filters";

/** Where a person looks for a campaign of this state. */
export function groupOf(state: CampaignState): CampaignGroup {
  switch (state) {
    case "draft":
    case "cancelled":
      return "drafts";
    case "scheduled":
    case "holding":
      return "planned";
    case "sending":
    case "paused":
    case "stopping":
      return "underway";
    case "stopped":
    case "finished":
      return "over";
  }
}
