import "./app/mantine.css";
import "@mantine/notifications/styles.css";
import "./app/global.css";
import "./app/i18n";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
