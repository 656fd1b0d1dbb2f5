import { Radio, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/permissions";
import { sessionQuery } from "@/api/queries";
import { roles } from "./queries";

interface Props {
  value: Role;
  onChange: (role: Role) => void;
}

/** The roles with what each may do; only owners make owners. */
export function RoleChoice({ value, onChange }: Props) {
  const { t } = useTranslation();
  const own = useQuery(sessionQuery).data?.role;
  return (
    <Radio.Group
      label={t("team.roleLabel")}
      value={value}
      onChange={(next) => onChange(next as Role)}
    >
      <Stack gap={8} mt={6}>
        {roles
          .filter((role) => role !== "owner" || own === "owner")
          .map((role) => (
            <Radio
              key={role}
              value={role}
              label={t(`team.role.${role}`)}
              description={t(`team.may.${role}`)}
            />
          ))}
      </Stack>
    </Radio.Group>
  );
}
