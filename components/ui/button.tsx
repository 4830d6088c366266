import type { ComponentProps } from "react";

const VARIANTS = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary: "bg-surface text-ink border-line-strong hover:bg-raised",
  ghost: "bg-transparent text-ink border-transparent hover:bg-raised",
  danger: "bg-danger text-on-danger border-transparent hover:bg-danger-strong",
} as const;

const SIZES = { sm: "h-7 px-2.5 text-[13px]", md: "h-8.5 px-3.5 text-sm", icon: "size-8 justify-center" } as const;

interface ButtonLook {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
}

/** A button's classes, for links that look like one. */
export function buttonClass({ variant = "secondary", size = "md" }: ButtonLook = {}): string {
  return `inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:opacity-55 ${VARIANTS[variant]} ${SIZES[size]}`;
}

/** A button. `pending` shows that its work is under way and swallows further clicks; it stays focusable. */
export function Button({
  variant,
  size,
  pending = false,
  className = "",
  onClick,
  children,
  ...props
}: ComponentProps<"button"> & ButtonLook & { pending?: boolean }) {
  return (
    <button
      type="button"
      {...props}
      {...(pending ? { "aria-busy": true, "aria-disabled": true } : {})}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      className={`${buttonClass({ variant, size })} ${className}`}
    >
      {pending ? <Spinner /> : null}
      {children}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent motion-reduce:animate-none"
    />
  );
}
