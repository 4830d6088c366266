import { z } from "zod";
import { Id, Instant, Maybe } from "./shapes.ts";

const FETCHED = { pulls: z.int(), downloads: z.int() };

const Person = z.strictObject({
  id: Id,
  email: z.string().meta({ example: "ana@example.com" }),
  name: Maybe(z.string()),
});

const RUN = {
  version: Maybe(z.string()).describe("The highest that they fetched; null where no release has what they fetched"),
  state: Maybe(z.enum(["draft", "published", "yanked", "archived", "deleted"])).describe("What became of it"),
  tag: Maybe(z.string()).describe(
    "Where there is no version: the last tag by which they pulled; null for a bare digest",
  ),
  recalled: z.boolean(),
};

export const DayUseShape = z
  .strictObject({ day: z.iso.date().describe("In UTC; the last one is not over yet"), ...FETCHED })
  .meta({ id: "DayUse" });

export const ProductUseShape = z
  .strictObject({
    product: z.strictObject({ id: Id, slug: z.string(), name: z.string(), archived: z.boolean() }),
    ...FETCHED,
    members: z.int().describe("How many fetched something of it in these days"),
    lastAt: Maybe(Instant).describe("When it was last fetched, ever"),
  })
  .meta({ id: "ProductUse" });

export const VersionUseShape = z
  .strictObject({
    ...RUN,
    latest: z.boolean().describe("The highest published version in the channel stable"),
    members: z.int().describe("Members whose highest version it is, of what they fetched in these days"),
    share: z.number().describe("Of all members who fetched something in these days, from 0 to 1"),
    lastAt: Instant,
  })
  .meta({ id: "VersionUse" });

export const MemberUseShape = z
  .strictObject({
    member: Person,
    ...FETCHED,
    lastAt: Instant,
    runs: z.array(z.strictObject({ product: z.strictObject({ slug: z.string(), name: z.string() }), ...RUN })),
  })
  .meta({ id: "MemberUse" });

export const AdopterShape = z
  .strictObject({
    member: Person,
    inGoodStanding: z.boolean().describe("Whether their membership holds now"),
    ...RUN,
    behind: Maybe(z.int()).describe(
      "How many published stable versions are above theirs; null where theirs is not known",
    ),
    lastAt: Maybe(Instant).describe("When they last fetched anything of the product; null for never"),
  })
  .meta({ id: "Adopter" });
