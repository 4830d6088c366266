/** What a rule of retention counts: the fields of both of its forms, a product's and a policy's. */
export const RETENTION_NUMBERS = [
  {
    name: "keepLast",
    label: "Keep the newest",
    hint: "So many tags of each repository, by when they were last moved.",
  },
  { name: "keepDays", label: "Keep younger than", hint: "Days since a tag was last moved." },
  { name: "keepPulledDays", label: "Keep if pulled within", hint: "Days; by the tag or by its digest." },
  {
    name: "untaggedDays",
    label: "Take untagged manifests after",
    hint: "Days without any tag. Empty keeps them.",
  },
] as const;
