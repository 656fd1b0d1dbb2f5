import { createTheme, type CSSVariablesResolver } from "@mantine/core";
import { i18next } from "./i18n";

/** To be called once the texts are there: some of the kit's own words are among them. */
export function makeTheme() {
  const closeButtonProps = { "aria-label": i18next.t("action.close") };

  return createTheme({
    primaryColor: "indigo",
    primaryShade: { light: 7, dark: 8 },
    fontFamily: "'Inter Variable', system-ui, sans-serif",
    fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
    fontSizes: { xs: "11px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
    spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
    radius: { xs: "4px", sm: "6px", md: "8px", lg: "10px", xl: "16px" },
    defaultRadius: "md",
    headings: {
      fontWeight: "650",
      sizes: {
        h1: { fontSize: "18px", lineHeight: "26px" },
        h2: { fontSize: "14px", lineHeight: "20px" },
        h3: { fontSize: "13px", lineHeight: "20px" },
      },
    },
    respectReducedMotion: true,
    cursorType: "pointer",
    // Plain objects: `Tooltip.extend` and the like would load the component for its defaults.
    components: {
      Button: {
        defaultProps: { size: "xs" },
        vars: (_theme: unknown, { size }: { size?: string }) => ({
          root: size === "xs" ? { "--button-fz": "12.5px" } : {},
        }),
      },
      Input: {
        vars: (_theme: unknown, { size }: { size?: string }) => ({
          wrapper: size === "xs" ? { "--input-fz": "13px" } : {},
        }),
      },
      ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
      TextInput: { defaultProps: { size: "xs" } },
      Textarea: { defaultProps: { size: "xs" } },
      PasswordInput: { defaultProps: { size: "xs" } },
      Anchor: { defaultProps: { underline: "hover" } },
      Table: { defaultProps: { fz: "sm", verticalSpacing: 6, horizontalSpacing: 12 } },
      Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
      Modal: { defaultProps: { centered: true, radius: "lg", closeButtonProps } },
      Drawer: { defaultProps: { closeButtonProps } },
      Notification: { defaultProps: { closeButtonProps } },
      // Their <header> is no banner of the page, and a dialog without a title has a name too.
      ModalHeader: { defaultProps: { role: "presentation" } },
      DrawerHeader: { defaultProps: { role: "presentation" } },
      ModalContent: { defaultProps: { "aria-label": i18next.t("shell.dialog") } },
    },
  });
}

/** Mantine's own colours where they miss 4.5:1, and the tokens of our design. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--row-height": "36px" },
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-anchor": "#364fc7",
    "--mantine-color-error": "#c92a2a",
    "--app-canvas": "#f7f8fa",
    "--app-surface": "#ffffff",
    "--app-line": "#e3e6ea",
    "--app-hover": "#f1f3f6",
    "--app-active": "#e9edff",
    "--app-text-accent": "#364fc7",
    "--app-text-good": "#066649",
    "--app-text-wait": "#8a4b00",
    "--app-text-bad": "#c92a2a",
    "--app-text-info": "#1559a8",
    "--app-soft-good": "#e3f7ee",
    "--app-soft-wait": "#fff3d6",
    "--app-soft-bad": "#ffecec",
    "--app-soft-info": "#e5f1ff",
    "--app-soft-grey": "#eef0f3",
    "--app-text-violet": "#6b2fbf",
    "--app-soft-violet": "#f2eaff",
    "--app-text-orange": "#9a3b00",
    "--app-soft-orange": "#ffeedd",
    "--app-text-teal": "#0a6069",
    "--app-soft-teal": "#e0f6f7",
    "--app-edge": "#aab2bd",
  },
  dark: {
    "--mantine-color-body": "#17191d",
    "--mantine-color-dimmed": "#a6adb4",
    "--mantine-color-placeholder": "#8f979f",
    "--mantine-color-anchor": "#a5b4fc",
    "--mantine-color-error": "#ff9d9d",
    "--app-canvas": "#121417",
    "--app-surface": "#1b1e23",
    "--app-line": "#30353c",
    "--app-hover": "#24282e",
    "--app-active": "#28305a",
    "--app-text-accent": "#a5b4fc",
    "--app-text-good": "#6fdcae",
    "--app-text-wait": "#f5c46b",
    "--app-text-bad": "#ff9d9d",
    "--app-text-info": "#8ec5ff",
    "--app-soft-good": "#12352a",
    "--app-soft-wait": "#3b2e10",
    "--app-soft-bad": "#42201f",
    "--app-soft-info": "#14304c",
    "--app-soft-grey": "#2a2e35",
    "--app-text-violet": "#c9a9ff",
    "--app-soft-violet": "#33244f",
    "--app-text-orange": "#ffb37a",
    "--app-soft-orange": "#41260f",
    "--app-text-teal": "#7fdbe2",
    "--app-soft-teal": "#113538",
    "--app-edge": "#596270",
  },
});
