"use client";

import { Check, Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { MenuLabel, MenuRadioItem } from "./menu.tsx";

const THEMES = [
  { value: "system", label: "As the system", Icon: Monitor },
  { value: "light", label: "Light", Icon: Sun },
  { value: "dark", label: "Dark", Icon: Moon },
] as const;

const YEAR_SECONDS = 365 * 86_400;

/** Light, dark, or as the system: kept in a cookie, so that the server's first byte already has it and nothing flashes. */
export function ThemeChoice() {
  const [theme, setTheme] = useState("system");
  useEffect(() => setTheme(document.documentElement.dataset.theme ?? "system"), []);
  const choose = (value: string) => {
    setTheme(value);
    if (value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `theme=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  };
  return (
    <DropdownMenu.RadioGroup value={theme} onValueChange={choose}>
      <MenuLabel>Looks</MenuLabel>
      {THEMES.map(({ value, label, Icon }) => (
        <MenuRadioItem key={value} value={value} onSelect={(event) => event.preventDefault()}>
          <Icon className="size-4 text-soft" aria-hidden="true" />
          <span className="flex-1">{label}</span>
          <DropdownMenu.ItemIndicator>
            <Check className="size-4 text-accent-ink" aria-hidden="true" />
          </DropdownMenu.ItemIndicator>
        </MenuRadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
