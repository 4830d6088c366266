import { askEverybody } from "./ask-everybody.ts";
import { INSIDE } from "./rows.ts";

askEverybody(INSIDE);
